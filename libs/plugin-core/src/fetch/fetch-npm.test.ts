import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { fetchText, type Fetching } from '../fixtures/fetching.ts'
import { openNpmRegistry } from '../fixtures/npm-registry.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import type { FetchedSource } from './fetch-source.ts'

let count = 0

/** Fetches into a folder of its own, so that one test may fetch several times. */
async function fetching(
  text: string,
  root: string,
  env: NodeJS.ProcessEnv,
  options: Fetching = {},
): Promise<FetchedSource> {
  count += 1
  const folder = join(root, `fetched-${count}`)
  await mkdir(folder)
  return await fetchText(text, folder, { allowUntrusted: true, ...options, way: { env } })
}

/** A program in the place of npm. */
async function fakeNpm(root: string, script: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(root, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'npm'), `#!/bin/sh\n${script}\n`)
  await chmod(join(bin, 'npm'), 0o755)
  return { PATH: `${bin}:${process.env['PATH']}` }
}

describe('fetchSource() of a package of npm', () => {
  it('brings what its range means through the settings of the person, and notes its integrity', async () => {
    await using folder = await temporaryFolder()
    await using registry = await openNpmRegistry(folder.path)
    const source = await writePlugin(join(folder.path, 'source'))
    await registry.publish(source, { name: '@acme/notes', version: '1.0.0' })
    const integrity = await registry.publish(source, { name: '@acme/notes', version: '1.1.0' })
    await registry.publish(source, { name: '@acme/notes', version: '2.0.0' })
    const fetched = await fetching('npm:@acme/notes@^1.0.0', folder.path, registry.env, {
      trusted: ['npm:@acme/*'],
      allowUntrusted: false,
    })
    expect(fetched).toMatchObject({
      source: `npm:@acme/notes@1.1.0#${integrity}`,
    })
    const bytes = await readFile(fetched.path)
    expect(`sha512-${createHash('sha512').update(bytes).digest('base64')}`).toBe(integrity)
    // npm may ask for the same again.
    expect([...new Set(registry.asked)]).toEqual([
      'GET /@acme/notes Bearer of-the-person',
      'GET /@acme/notes/-/1.1.0.tgz Bearer of-the-person',
    ])
    expect((await fetching('npm:@acme/notes', folder.path, registry.env)).source).toMatch(
      /^npm:@acme\/notes@2\.0\.0#/,
    )
  })

  it('runs none of its scripts, as an install by npm would', async () => {
    await using folder = await temporaryFolder()
    await using registry = await openNpmRegistry(folder.path)
    const canary = join(folder.path, 'canary')
    const names = ['preinstall', 'install', 'postinstall', 'prepare', 'prepack', 'postpack']
    const scripts = Object.fromEntries(names.map((name) => [name, `echo ${name} >> ${canary}`]))
    const source = await writePlugin(join(folder.path, 'source'))
    await registry.publish(source, { name: 'evil', version: '1.0.0', scripts })
    await fetching('npm:evil', folder.path, {
      ...registry.env,
      npm_config_ignore_scripts: 'false',
      NPM_CONFIG_IGNORE_SCRIPTS: 'false',
      npm_config_foreground_scripts: 'true',
    })
    expect(existsSync(canary)).toBe(false)
    const project = join(folder.path, 'project')
    await mkdir(project)
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', 'evil'], {
      cwd: project,
      env: registry.env,
    })
    expect(await readFile(canary, 'utf8')).toContain('postinstall')
  })

  it('takes no settings from a project of strangers around it', async () => {
    await using folder = await temporaryFolder()
    await using registry = await openNpmRegistry(folder.path)
    const project = join(folder.path, 'project')
    await mkdir(join(project, 'node_modules'), { recursive: true })
    await using evil = await openNpmRegistry(project)
    const source = await writePlugin(join(folder.path, 'source'))
    await registry.publish(source, { name: 'notes', version: '1.0.0' })
    await evil.publish(source, { name: 'notes', version: '6.6.6' })
    await writeFile(join(project, 'package.json'), '{"name":"x","workspaces":["a"]}')
    await writeFile(join(project, '.npmrc'), `registry=${evil.url}\n`)
    const env = { ...registry.env, npm_config_workspace: 'a', npm_config_dry_run: 'true' }
    const fetched = await fetching('npm:notes', project, env)
    expect(fetched.source).toMatch(/^npm:notes@1\.0\.0#/)
    expect(evil.asked).toEqual([])
    // npm itself goes by them there.
    await promisify(execFile)('npm', ['pack', 'notes'], { cwd: project, env: registry.env })
    expect(evil.asked).not.toEqual([])
  })

  it('believes neither a registry nor npm about the bytes', async () => {
    await using folder = await temporaryFolder()
    await using registry = await openNpmRegistry(folder.path)
    const source = await writePlugin(join(folder.path, 'source'))
    await registry.publish(source, { name: 'notes', version: '1.0.0' })
    registry.swap('notes', Buffer.from('other bytes'))
    await expect(fetching('npm:notes', folder.path, registry.env)).rejects.toMatchObject({
      code: 'MB_SOURCE_NPM',
      message: expect.stringContaining('npm says EINTEGRITY'),
    })
    const told = JSON.stringify([
      { name: 'notes', version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` },
    ])
    const env = await fakeNpm(folder.path, `echo bytes > "$5/notes.tgz"\necho '${told}'`)
    await expect(fetching('npm:notes', folder.path, env)).rejects.toMatchObject({
      code: 'MB_SOURCE_CHECKSUM',
    })
  })

  it('holds the archive against the digest that is required, and against the largest size', async () => {
    await using folder = await temporaryFolder()
    await using registry = await openNpmRegistry(folder.path)
    const source = await writePlugin(join(folder.path, 'source'))
    await registry.publish(source, { name: 'notes', version: '1.0.0' })
    await expect(
      fetching('npm:notes', folder.path, registry.env, { sha256: 'ab'.repeat(32) }),
    ).rejects.toMatchObject({ code: 'MB_SOURCE_CHECKSUM' })
    await expect(
      fetching('npm:notes', folder.path, registry.env, { maxBytes: 10 }),
    ).rejects.toMatchObject({ code: 'MB_SOURCE_TOO_LARGE' })
  })

  it('tells in one line what npm says', async () => {
    await using folder = await temporaryFolder()
    await using registry = await openNpmRegistry(folder.path)
    const source = await writePlugin(join(folder.path, 'source'))
    await registry.publish(source, { name: 'notes', version: '1.0.0' })
    await expect(fetching('npm:nothing', folder.path, registry.env)).rejects.toMatchObject({
      code: 'MB_SOURCE_NOT_FOUND',
      outcome: 'not-found',
      message: expect.stringMatching(/^Cannot install from "npm:nothing": npm says E404: [^\n]+$/),
    })
    await expect(fetching('npm:notes@^2', folder.path, registry.env)).rejects.toMatchObject({
      code: 'MB_SOURCE_NOT_FOUND',
      message: expect.stringContaining('npm says ETARGET'),
    })
    const nobody = { ...registry.env, npm_config_registry: 'http://127.0.0.1:1/' }
    await expect(fetching('npm:notes', folder.path, nobody)).rejects.toMatchObject({
      code: 'MB_SOURCE_FETCH',
      outcome: 'network',
      message: expect.stringContaining('npm says ECONNREFUSED'),
    })
    await expect(fetching('npm:notes', folder.path, { PATH: folder.path })).rejects.toMatchObject({
      code: 'MB_SOURCE_NPM',
      message: 'Cannot install from "npm:notes": there is no npm on this machine',
    })
  })

  it.each([
    ['another package', `[{"name":"other","version":"1.0.0","integrity":"I"}]`],
    ['no version', `[{"name":"notes","version":"../1","integrity":"I"}]`],
    [
      'two packages',
      `[{"name":"notes","version":"1.0.0","integrity":"I"},{"name":"notes","version":"1.0.0","integrity":"I"}]`,
    ],
    ['no JSON', 'hello'],
    ['a flood', '$(head -c 9000000 /dev/zero | tr "\\\\0" a)'],
  ])('believes no npm that tells of %s', async (_, told) => {
    await using folder = await temporaryFolder()
    const integrity = `sha512-${'A'.repeat(86)}==`
    const text = told.replaceAll('"I"', `"${integrity}"`)
    const script = told.startsWith('$(') ? 'head -c 9000000 /dev/zero' : `cat <<'END'\n${text}\nEND`
    const env = await fakeNpm(folder.path, `echo bytes > "$5/notes.tgz"\n${script}`)
    await expect(fetching('npm:notes', folder.path, env)).rejects.toMatchObject({
      code: 'MB_SOURCE_NPM',
    })
  })

  it('shows nothing of npm that would change a terminal or hold a secret', async () => {
    await using folder = await temporaryFolder()
    const env = await fakeNpm(
      folder.path,
      `printf '{"error":{"code":"E401","summary":"bad\\\\u001b[2J token: npm_%s"}}' aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; exit 1`,
    )
    const refusal = fetching('npm:notes', folder.path, env)
    await expect(refusal).rejects.toMatchObject({
      code: 'MB_SOURCE_NPM',
      message: 'Cannot install from "npm:notes": npm says E401: bad [2J token: ***',
    })
  })

  it('ends npm when it is told to stop, and when it takes too long', async () => {
    await using folder = await temporaryFolder()
    const mark = join(folder.path, 'started')
    const env = await fakeNpm(folder.path, `echo $$ > ${mark}; exec sleep 600`)
    const controller = new AbortController()
    const stopped = fetching('npm:notes', folder.path, env, { signal: controller.signal })
    await expect.poll(() => existsSync(mark), { timeout: 20_000 }).toBe(true)
    controller.abort(new Error('enough'))
    await expect(stopped).rejects.toThrow('enough')
    const pid = Number(await readFile(mark, 'utf8'))
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    count += 1
    const late = join(folder.path, `fetched-${count}`)
    await mkdir(late)
    await expect(
      fetchText('npm:notes', late, { allowUntrusted: true, way: { env, wholeMs: 300 } }),
    ).rejects.toMatchObject({
      code: 'MB_SOURCE_FETCH',
      message: 'Cannot install from "npm:notes": it took longer than 0.3 s',
    })
  })
})
