/**
 * The author's part: from an idea to a signed package.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { must } from '../must.ts'
import { project } from '../project.ts'
import type { Act } from '../tour-result.ts'

/** Creates a plugin and installs its tools. */
export const create: Act = async ({ ground, screen }) => {
  screen.command('npm create mb-plugin@latest notes')
  await must(ground.npm(['create', '--yes', 'mb-plugin@latest', 'notes'], ground.folder))
  screen.command('cd notes && npm install')
  await must(ground.npm(['install', '--no-audit', '--no-fund'], project(ground)))
  const files = (await readdir(project(ground), { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('node_modules'),
  )
  return `a plugin in TypeScript, ${files.length} files, its tools installed`
}

/** Builds it and checks its manifest and files. */
export const validate: Act = async ({ ground, screen }) => {
  screen.command('npm run build && mb sdk validate')
  await must(ground.npm(['run', 'build'], project(ground)))
  await must(ground.author.mb(['sdk', 'validate'], project(ground)))
  return 'built; its manifest and files are in order'
}

/** Runs the tests that it was created with. */
export const test: Act = async ({ ground, screen }) => {
  screen.command('mb sdk test')
  const { stdout, stderr } = await must(ground.author.mb(['sdk', 'test'], project(ground)))
  const count = /Tests\s+(\d+ passed)/.exec(stripVTControlCharacters(`${stdout}${stderr}`))
  return `the tests that came with it: ${count?.[1] ?? 'passed'}`
}

/** Packages it twice, and compares the bytes. */
export const pack: Act = async ({ ground, screen }) => {
  const line = ['sdk', 'package', '--format', 'zip,tar.gz,npm', '--output', 'packages']
  screen.command(`mb ${line.join(' ')}`)
  await must(ground.author.mb(line, project(ground)))
  const first = await digests(join(project(ground), 'packages'))
  await must(ground.author.mb([...line.slice(0, -1), 'again'], project(ground)))
  const second = await digests(join(project(ground), 'again'))
  if (first.length !== 3 || first.join() !== second.join()) {
    throw new Error(
      `Cannot package twice to the same bytes: ${first.join(' ')} then ${second.join(' ')}`,
    )
  }
  return 'zip, tar.gz and npm tarball; packaged twice, byte for byte the same'
}

/** Makes a key and signs with it. */
export const sign: Act = async ({ ground, screen }) => {
  screen.command('mb sdk keys create && mb sdk package --sign')
  await must(ground.author.mb(['sdk', 'keys', 'create'], project(ground)))
  await must(
    ground.author.mb(
      ['sdk', 'package', '--sign', '--format', 'zip', '--output', 'signed'],
      project(ground),
    ),
  )
  return 'signed with a new ed25519 key'
}

async function digests(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).toSorted()
  return Promise.all(
    names.map(async (name) =>
      createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex'),
    ),
  )
}
