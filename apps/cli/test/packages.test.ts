import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { platform } from 'node:process'
import { thisPlatform } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { makeWheel } from './make-wheel.ts'
import { Place } from './mb.ts'
import { Publisher } from './publisher.ts'

const here = thisPlatform()
const elsewhere = platform === 'darwin' ? 'linux-x64' : 'darwin-arm64'
const basics = 'description: Shows faces\nauthor: Ada\nlicense: MIT\n'
const command = 'commands: [{ name: face, summary: Shows a face }]\n'

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

/** Packages a project without its build; only what is on this disk can come along. */
async function packed(place: Place): Promise<string> {
  const args = ['sdk', 'package', 'faces', '--no-build', '--format', 'zip', '--json']
  const { code, stderr } = await place.mb(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return 'faces/packages/faces-1.0.0.zip'
}

const nodePlugin = {
  'plugin.yaml': `name: faces\nversion: 1.0.0\n${basics}entry: dist/index.mjs\ndependencies: { mood: ^2.0.0 }\n${command}`,
  'dist/index.mjs': `import { smile } from 'mood'\nexport default { commands: { face: () => smile() } }\n`,
  'node_modules/mood/package.json': `{ "name": "mood", "version": "2.1.0", "type": "module", "exports": "./index.js", "dependencies": { "eyes": "*" } }`,
  'node_modules/mood/index.js': `import { eyes } from 'eyes'\nexport const smile = () => eyes + '-)'\n`,
  'node_modules/eyes/package.json': `{ "name": "eyes", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
  'node_modules/eyes/index.js': `export const eyes = ':'\n`,
}
const pythonPlugin = {
  'plugin.yaml': `name: faces\nversion: 1.0.0\n${basics}entry: faces.main\ndependencies: ["mood>=2"]\n${command}`,
  'faces/main.py': `from milkbottle import Plugin\nfrom mood import smile\nplugin = Plugin()\n\n@plugin.command("face")\ndef face(invocation, context):\n    return smile()\n`,
}

describe.skipIf(isSkipped)(`packages that a plugin brings along${skipReason}`, () => {
  it.each([
    ['Node', nodePlugin, 'eyes 1.0.0, mood 2.1.0', 'mood ^2.0.0'],
    ['Python', pythonPlugin, 'mood 2.1', 'mood >=2.0.0'],
  ])(
    'are found in the jail of a plugin for %s, with nothing installed',
    async (_, files, present, missing) => {
      await using place = await Place.open()
      const project = join(place.folder, 'faces')
      await write(project, files)
      await makeWheel(join(project, 'wheels'), 'mood', '2.1')
      const archive = await packed(place)
      expect(await place.mb(['plugin', 'install', archive, '--yes'])).toMatchObject({ code: 0 })
      expect((await place.mb(['plugin', 'info', 'faces'])).stdout).toContain(
        `packages   ${present}\n`,
      )
      expect(await place.mb(['plugin', 'run', 'faces', 'face'])).toMatchObject({
        code: 0,
        stdout: ':-)\n',
        stderr: '',
      })

      // Without being packaged, it has not got them, and says so before it starts.
      const unpackaged = await place.mb(['plugin', 'install', 'faces', '--yes', '--force'])
      expect(unpackaged).toMatchObject({ code: 0 })
      expect((await place.mb(['plugin', 'info', 'faces'])).stdout).toContain(
        `lacks      ${missing}\n`,
      )
      const refused = await place.mb(['plugin', 'run', 'faces', 'face', '--json'])
      expect(JSON.parse(refused.stdout)).toMatchObject({
        ok: false,
        error: {
          code: 'MB_PLUGIN_PACKAGES',
          message: `Cannot load plugin "local/faces": it needs packages that did not come with it: ${missing}`,
        },
      })
      const health = await place.mb(['plugin', 'health', 'faces', '--json'])
      expect(JSON.parse(health.stdout)).toMatchObject([
        {
          status: 'warning',
          reason: `it needs packages that did not come with it: ${missing}`,
        },
      ])
    },
  )
})

describe('packages for a platform', () => {
  it('are published beside each other, and each machine installs its own', async () => {
    await using publisher = await Publisher.open()
    const { place } = publisher
    const project = join(place.folder, 'faces')
    await write(project, {
      'plugin.yaml': `name: faces\nversion: 1.0.0\n${basics}entry: dist/index.mjs\n${command}`,
    })
    const publish = ['marketplace', 'publish', 'faces', '--namespace', 'acme']
    for (const target of [undefined, elsewhere, here]) {
      const code = `export default { commands: { face: () => '${target ?? 'anywhere'}' } }\n`
      await write(project, { 'dist/index.mjs': code })
      const named = target === undefined ? [] : ['--target', target]
      expect(await place.mb([...publish, ...named])).toMatchObject({ code: 0 })
    }
    await using visitor = await publisher.visitor()
    const installed = await visitor.mb(['marketplace', 'install', 'acme/faces', '--yes'])
    expect(installed).toMatchObject({ code: 0 })
    const { stdout } = await visitor.mb(['plugin', 'info', 'faces', '--json'])
    const { stdout: versions } = await visitor.mb([
      'marketplace',
      'versions',
      'acme/faces',
      '--json',
    ])
    const listed = await visitor.mb(['marketplace', 'versions', 'acme/faces'])
    for (const each of ['all others', elsewhere, here])
      expect(listed.stdout).toContain(`\n1.0.0 for ${each} `)
    const mine = digestFor(versions, here)
    expect(JSON.parse(stdout)).toMatchObject({ plugin: { digest: mine } })
  })

  it('are refused on another machine, with the reason', async () => {
    await using place = await Place.open()
    await write(join(place.folder, 'faces'), {
      'plugin.yaml': `name: faces\nversion: 1.0.0\n${basics}entry: dist/index.mjs\n${command}`,
      'dist/index.mjs': 'export default {}\n',
    })
    const packaged = await place.mb(['sdk', 'package', 'faces', '--target', elsewhere])
    expect(packaged.stdout).toContain(`✓ faces/packages/faces-1.0.0-${elsewhere}.zip `)
    const archive = `faces/packages/faces-1.0.0-${elsewhere}.zip`
    const refused = await place.mb(['plugin', 'install', archive, '--yes'])
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain(
      `Cannot install "local/faces" 1.0.0: it is made for ${elsewhere}, and this machine is ${here}`,
    )
    expect((await place.mb(['plugin', 'list'])).stdout).toMatch(/^No plugin is installed/)
  })
})

/** The digest that a marketplace lists for a platform. */
function digestFor(json: string, target: string): unknown {
  const list: { versions: { artefacts: { platforms: string[]; digest: string }[] }[] } =
    JSON.parse(json)
  return list.versions[0]?.artefacts.find(({ platforms }) => platforms.includes(target))?.digest
}
