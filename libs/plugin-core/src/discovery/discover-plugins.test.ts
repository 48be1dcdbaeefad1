import { execFileSync } from 'node:child_process'
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writePlugin } from '../fixtures/plugin-folder.ts'
import { temporaryProject } from '../fixtures/project.ts'
import { openPluginHost } from '../host.ts'
import { discoverPlugins, type DiscoverOptions, type DiscoveryContext } from './discover-plugins.ts'

/** One line for each thing that is found: what it is, where, and why it is chosen or not. */
async function seen(
  context: DiscoveryContext & { readonly root: string },
  options?: DiscoverOptions,
): Promise<readonly string[]> {
  const { plugins, broken, notes } = await discoverPlugins(context, options)
  const near = (text: string): string => text.replaceAll(`${context.root}/`, '')
  return [
    ...plugins.map(
      ({ id, version, place, path, form, status, why }) =>
        `${status} ${id} ${version} ${place} ${form} ${near(path)}: ${near(why)}`,
    ),
    ...plugins.flatMap(({ id, problems }) =>
      problems.map(({ message }) => `warning ${id}: ${message}`),
    ),
    ...broken.flatMap(({ path, problems }) =>
      problems.map(
        ({ code, line }) =>
          `broken ${near(path)}: ${code}${line === undefined ? '' : ` in line ${line}`}`,
      ),
    ),
    ...notes.map(({ code, message }) => `note ${code}: ${near(message)}`),
  ]
}

const named = (name: string, version = '1.0.0', more: object = {}) => ({
  manifest: { name, version, ...more },
})

function tarOf(folder: string, archive: string): void {
  execFileSync('tar', ['-czf', archive, '-C', folder, '.'])
}

describe('discoverPlugins()', () => {
  it('finds nothing where there is nothing, and makes nothing', async () => {
    const context = { home: '/nowhere/home', workspace: '/nowhere', system: '/nowhere/system' }
    expect(await discoverPlugins(context)).toEqual({ plugins: [], broken: [], notes: [] })
  })

  it('looks into every usual folder, flat and by namespace, name and version', async () => {
    await using project = await temporaryProject()
    const { workspace, root } = project
    await writePlugin(join(workspace, 'plugins/a'), named('a'))
    await writePlugin(join(workspace, 'plugins/acme/b/1.0.0'), named('b'))
    await writePlugin(join(workspace, 'plugins/too/deep/to/be'), named('deep'))
    await writePlugin(join(workspace, 'local_plugins/c'), named('c'))
    await writePlugin(join(root, 'system/d'), named('d'))
    await writePlugin(join(root, 'more/e'), named('e'))
    await writePlugin(join(root, 'single'), named('f'))
    await writePlugin(join(workspace, 'plugins/.hidden'), named('hidden'))
    await writePlugin(join(workspace, 'plugins/a/nested'), named('nested'))
    const searchPaths = [join(root, 'more'), join(root, 'single'), '../more', 'absent']
    expect(await seen({ ...project, searchPaths })).toEqual([
      'chosen local/a 1.0.0 project folder project/plugins/a: the only one of its name',
      'chosen local/b 1.0.0 project folder project/plugins/acme/b/1.0.0: the only one of its name',
      'chosen local/c 1.0.0 project folder project/local_plugins/c: the only one of its name',
      'chosen local/d 1.0.0 system folder system/d: the only one of its name',
      'chosen local/e 1.0.0 search-path folder more/e: the only one of its name',
      'chosen local/f 1.0.0 search-path folder single: the only one of its name',
    ])
  })

  it('reads archives where they lie', async () => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    const source = await writePlugin(join(project.root, 'source'))
    await mkdir(folder)
    tarOf(source, join(folder, 'notes-1.0.0.tar.gz'))
    await writeFile(join(folder, 'cut.tgz'), Buffer.from([0x1f, 0x8b, 0x08, 0]))
    await writeFile(join(folder, 'notes.tar.bz2'), 'BZh91AY&SY')
    await writeFile(join(folder, 'notes.tar.xz'), Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))
    await writeFile(join(folder, 'README.md'), '# Plugins')
    await mkdir(join(project.root, 'empty/a'), { recursive: true })
    await writeFile(join(project.root, 'empty/a/b'), '')
    tarOf(join(project.root, 'empty'), join(folder, 'other.tgz'))
    expect(await seen(project)).toEqual([
      'chosen local/notes 1.0.0 project archive project/plugins/notes-1.0.0.tar.gz: the only one of its name',
      'broken project/plugins/cut.tgz: MB_ARCHIVE_BROKEN',
      'broken project/plugins/notes.tar.bz2: MB_ARCHIVE_FORM',
      'broken project/plugins/notes.tar.xz: MB_ARCHIVE_FORM',
      'broken project/plugins/other.tgz: MB_MANIFEST_MISSING',
    ])
  })

  it('finds packages of node_modules that say that they are plugins, upwards to where the project ends', async () => {
    await using project = await temporaryProject()
    const { workspace, root } = project
    const modules = join(root, 'project/node_modules')
    const add = async (name: string, said: unknown, folder = ''): Promise<string> => {
      await writePlugin(join(modules, name, folder), named(name.replace(/^@[^/]*\//, '')))
      await writeFile(
        join(modules, name, 'package.json'),
        JSON.stringify({
          name,
          version: '9.9.9',
          ...(said === undefined ? {} : { 'mb-plugin': said }),
        }),
      )
      return join(modules, name)
    }
    await add('plain', true)
    await add('@acme/scoped', true)
    await add('named', 'dist/plugin.json', 'dist')
    await add('silent', undefined)
    await add('denied', false)
    await add('liar', '../../../home/plugin.yaml')
    await add('absolute', '/etc/passwd')
    await cp(await add('outer', true), join(root, 'outer'), { recursive: true })
    await cp(join(root, 'outer'), join(workspace, 'packages/inner'), { recursive: true })
    await writePlugin(join(workspace, 'packages/inner'), {
      ...named('inner'),
      files: { 'package.json': '{"mb-plugin":true}' },
    })
    await symlink('../packages/inner', join(modules, 'inner'))
    await symlink('../../outer', join(modules, 'link-outside'))
    await writeFile(join(workspace, 'package.json'), '{}')
    const inside = join(workspace, 'packages/inner')
    const found = [
      'chosen local/inner 1.0.0 node-modules package project/node_modules/inner: the only one of its name',
      'chosen local/named 1.0.0 node-modules package project/node_modules/named/dist: the only one of its name',
      'chosen local/outer 1.0.0 node-modules package project/node_modules/outer: the only one of its name',
      'chosen local/plain 1.0.0 node-modules package project/node_modules/plain: the only one of its name',
      'chosen local/scoped 1.0.0 node-modules package project/node_modules/@acme/scoped: the only one of its name',
      'note no-manifest: "project/node_modules/absolute" says that it is a plugin, and has no manifest where it says',
      'note no-manifest: "project/node_modules/liar" says that it is a plugin, and has no manifest where it says',
      'note link-outside: "project/node_modules/link-outside" is a link that leads out of "project"',
    ]
    expect(await seen(project)).toEqual(found)
    // A package of its own, in a repository: the modules above are its own too.
    expect((await seen({ ...project, workspace: inside })).length).toBe(0)
    await mkdir(join(workspace, '.git'))
    expect(await seen({ ...project, workspace: inside })).toEqual(found)
  })

  it('lists what is installed by what the state says, and shows what could take its place', async () => {
    await using project = await temporaryProject()
    const { workspace, home } = project
    const source = join(workspace, 'plugins/notes')
    await using host = await openPluginHost({ home, workspace, consent: async () => true })
    await host.install(await writePlugin(source, named('notes', '1.0.0')))
    await host.install(await writePlugin(source, named('notes', '2.0.0')))
    await writePlugin(source, named('notes', '3.0.0-beta.1'))
    await writePlugin(join(workspace, 'local_plugins/old'), named('notes', '1.5.0'))
    await writePlugin(join(workspace, 'local_plugins/same'), named('notes', '2.0.0'))
    expect(await seen(project)).toEqual([
      'chosen local/notes 2.0.0 installed folder home/plugins/local/notes/2.0.0: installed',
      'shadowed local/notes 2.0.0 project folder project/local_plugins/same: the same version is installed',
      'shadowed local/notes 1.5.0 project folder project/local_plugins/old: older than the installed 2.0.0, which stays until you install another',
      'shadowed local/notes 1.0.0 installed folder home/plugins/local/notes/1.0.0: kept, to go back to: 2.0.0 is installed',
      'shadowed local/notes 3.0.0-beta.1 project folder project/plugins/notes: newer than the installed 2.0.0, which stays until you install another',
    ])
  })

  it('resolves duplicates by version, then by place', async () => {
    await using project = await temporaryProject()
    const { workspace, root } = project
    await writePlugin(join(workspace, 'plugins/one'), named('notes', '1.2.0'))
    await writePlugin(join(workspace, 'local_plugins/two'), named('notes', '1.10.0'))
    await writePlugin(join(root, 'system/three'), named('notes', '1.10.0'))
    await writePlugin(join(root, 'system/four'), named('notes', '2.0.0-rc.1'))
    expect(await seen(project)).toEqual([
      'chosen local/notes 1.10.0 project folder project/local_plugins/two: found first: the same version is in system/three too',
      'shadowed local/notes 1.10.0 system folder system/three: the same version was found first in project/local_plugins/two',
      'shadowed local/notes 1.2.0 project folder project/plugins/one: 1.10.0 in project/local_plugins/two is newer',
      'shadowed local/notes 2.0.0-rc.1 system folder system/four: a prerelease: 1.10.0 in project/local_plugins/two is a release',
    ])
  })

  it('tells what is wrong with each, and stops at none', async () => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    await writePlugin(join(folder, 'good'), named('good'))
    await writePlugin(join(folder, 'typo'), named('typo', '1.0.0', { verison: '2' }))
    await writePlugin(join(folder, 'two'), {
      ...named('two'),
      files: { 'plugin.yaml': 'name: two\n' },
    })
    await writePlugin(join(folder, 'yaml'), named('yaml'))
    await writeFile(join(folder, 'yaml/plugin.json'), 'name: [')
    expect(await seen(project)).toEqual([
      'chosen local/good 1.0.0 project folder project/plugins/good: the only one of its name',
      'broken project/plugins/two: MB_MANIFEST_AMBIGUOUS',
      'broken project/plugins/typo: unknown-key in line 1',
      'broken project/plugins/yaml: syntax in line 1',
    ])
  })

  it('judges what a glance does not see when it is asked to', async () => {
    await using project = await temporaryProject()
    const permissions = { net: [{ host: 'not a host' }] }
    await writePlugin(join(project.workspace, 'plugins/a'), named('a', '1.0.0', { permissions }))
    expect(await seen(project)).toEqual([
      'chosen local/a 1.0.0 project folder project/plugins/a: the only one of its name',
    ])
    expect(await seen(project, { check: true })).toEqual([
      'broken project/plugins/a: bad-host in line 1',
    ])
  })

  it('names plugins that are needed and not found, and other systems', async () => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    const other = process.platform === 'darwin' ? 'linux' : 'darwin'
    await writePlugin(
      join(folder, 'a'),
      named('a', '1.0.0', { plugins: { b: '^1.0.0', 'acme/c': '*' } }),
    )
    await writePlugin(join(folder, 'b'), named('b', '2.0.0', { platforms: [other] }))
    await writePlugin(join(folder, 'd'), named('d', '1.0.0', { plugins: { b: '>=2', a: '*' } }))
    expect((await seen(project)).filter((line) => line.startsWith('warning'))).toEqual([
      'warning local/a: It needs b ^1.0.0, and found was 2.0.0',
      'warning local/a: It needs acme/c *, which was not found',
      expect.stringMatching(
        new RegExp(`^warning local/b: It is made for ${other}, and this machine is `),
      ),
    ])
  })

  it.each<readonly [string, DiscoverOptions, readonly string[]]>([
    ['a name', { name: 'PDF_tools' }, ['local/pdf-tools']],
    ['an id', { name: 'local/notes' }, ['local/notes']],
    ['a type', { type: 'validator' }, ['local/notes']],
    ['a capability', { capability: 'Markdown' }, ['local/notes']],
    ['a word of the name', { text: 'pdf' }, ['local/pdf-tools']],
    ['a word of the description', { text: 'CONVERTS' }, ['local/pdf-tools']],
    ['a word of the keywords', { text: 'outline' }, ['local/notes']],
    ['words of which each is there', { text: 'markdown outline' }, ['local/notes']],
    ['words of which one is not there', { text: 'markdown converts' }, []],
  ])('filters by %s', async (_, options, ids) => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    const more = { type: 'validator', capabilities: ['markdown'], keywords: ['outline'] }
    await writePlugin(join(folder, 'a'), named('notes', '1.0.0', more))
    await writePlugin(
      join(folder, 'b'),
      named('pdf-tools', '1.0.0', { description: 'Converts pages' }),
    )
    const { plugins } = await discoverPlugins(project, options)
    expect(plugins.map(({ id }) => id)).toEqual(ids)
  })

  it('lists what marketplaces offer, which hides nothing and breaks nothing', async () => {
    await using project = await temporaryProject()
    await writePlugin(join(project.workspace, 'plugins/pdf'), named('pdf', '1.0.0'))
    const asked: string[] = []
    const offer = { description: 'Reads\u001b[2J', author: 'A', keywords: [], repository: 'main' }
    const context: DiscoveryContext & { readonly root: string } = {
      ...project,
      listRemote: async ({ text }) => {
        asked.push(text)
        return {
          offers: [
            { ...offer, id: 'acme/pdf', version: '2.0.0' },
            { ...offer, id: '../../evil', version: '1.0.0' },
          ],
          failures: [{ repository: 'other', error: new Error('it is down') }],
        }
      },
    }
    expect(await seen(context)).toHaveLength(1)
    expect(await seen(context, { remote: true, text: 'pdf' })).toEqual([
      'chosen acme/pdf 2.0.0 remote offer main: the only one of its name',
      'chosen local/pdf 1.0.0 project folder project/plugins/pdf: the only one of its name',
      'note unreachable: Cannot list what marketplace other offer: Error: it is down',
    ])
    const { plugins } = await discoverPlugins(context, { remote: true })
    expect(plugins[0]?.description).toBe('Reads [2J')
    expect(asked).toEqual(['pdf', ''])
    const broken = { ...project, listRemote: () => Promise.reject(new TypeError('no network')) }
    expect(await seen(broken, { remote: true })).toEqual([
      'chosen local/pdf 1.0.0 project folder project/plugins/pdf: the only one of its name',
      'note unreachable: Cannot list what marketplaces offer: TypeError: no network',
    ])
  })

  it('stops when it is told to', async () => {
    await using project = await temporaryProject()
    await writePlugin(join(project.workspace, 'plugins/a'))
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(discoverPlugins(project, { signal })).rejects.toThrow('enough')
  })
})

describe('PluginHost.discover()', () => {
  it('looks where the settings say, and installs nothing', async () => {
    await using project = await temporaryProject()
    const { home, workspace, root } = project
    await writePlugin(join(root, 'mine/notes'), named('notes'))
    const { defaultConfiguration } = await import('../configuration/configuration.ts')
    const plugins = { ...defaultConfiguration.plugins, searchPaths: [join(root, 'mine')] }
    await using host = await openPluginHost({
      home,
      workspace,
      configuration: { values: { ...defaultConfiguration, plugins } },
    })
    const found = await host.discover({ name: 'notes' })
    expect(found.plugins).toEqual([
      {
        id: 'local/notes',
        name: 'notes',
        version: '1.0.0',
        type: 'command',
        description: 'Takes notes',
        author: 'Acme',
        license: 'MIT',
        capabilities: [],
        keywords: [],
        categories: [],
        platforms: [],
        plugins: {},
        optionalPlugins: {},
        place: 'search-path',
        path: join(root, 'mine/notes'),
        form: 'folder',
        status: 'chosen',
        why: 'the only one of its name',
        problems: [],
      },
    ])
    expect(host.list()).toEqual([])
    await expect(host.run('notes', 'notes')).rejects.toMatchObject({ code: 'MB_PLUGIN_NOT_FOUND' })
    expect(dirname(found.plugins[0]?.path ?? '')).toBe(join(root, 'mine'))
  })
})
