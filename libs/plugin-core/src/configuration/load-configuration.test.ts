import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sandboxMinimum } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { defaultPlugins } from './plugin-settings.ts'
import { loadConfiguration, type LoadedConfiguration } from './load-configuration.ts'
import { neverInProject, olderNames, settings } from './settings.ts'

interface World {
  readonly root: string
  readonly load: (options?: {
    readonly file?: string
    readonly env?: Record<string, string>
    readonly flags?: Record<string, string | number>
  }) => Promise<LoadedConfiguration>
}

/** A home, and a project with the person two folders down in it. */
async function world(root: string, files: Readonly<Record<string, string>>): Promise<World> {
  await mkdir(join(root, 'project/src/deep'), { recursive: true })
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  const cwd = join(root, 'project/src/deep')
  return {
    root,
    load: (options) => loadConfiguration({ cwd, home: join(root, 'home'), ...options }),
  }
}

/** A name for each part, all in one name with dots, and both of them in the older form. */
function waysToWrite(key: string): readonly string[] {
  const snake = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const [first = '', ...rest] = key.split('.')
  return [
    [key],
    key.split('.'),
    [snake],
    snake.split('.'),
    ['plugin_system', key],
    [`plugin_system.${key}`],
    ...(rest.length > 1 ? [[first, rest.join('.')]] : []),
  ].map((path) =>
    JSON.stringify(path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), ['x.example'])),
  )
}

describe('loadConfiguration()', () => {
  it('gives the defaults where nobody set anything', async () => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, {})
    expect(await load()).toEqual({
      values: {
        isolation: { minimum: sandboxMinimum },
        limits: {},
        logging: { level: 'info' },
        plugins: defaultPlugins,
        marketplace: { enabled: true, repositories: [], apiKeys: {}, securityScan: true },
      },
      sources: {},
      files: [],
    })
  })

  it('lays user < project < --config < environment < flags, and says where each value is from', async () => {
    await using folder = await temporaryFolder()
    const { load, root } = await world(folder.path, {
      'home/config.yaml':
        'limits:\n  memoryMb: 90\n  cpuSeconds: 20\n  wallSeconds: 20\n  fileMb: 9\n  processes: 4\n',
      'project/milkbottle.toml':
        '[limits]\nmemoryMb = 80\ncpu_seconds = 10\nwall_seconds = 10\nfile_mb = 5\n',
      'named.json': '{ "limits": { "cpuSeconds": 300, "wallSeconds": 300, "fileMb": 300 } }',
    })
    expect(
      await load({
        file: join(root, 'named.json'),
        env: { MB_LIMITS_WALL_SECONDS: '400', MB_LIMITS_FILE_MB: '400', MB_HOME: 'ignored' },
        flags: { 'limits.fileMb': 500 },
      }),
    ).toEqual({
      values: {
        isolation: { minimum: sandboxMinimum },
        limits: { memoryMb: 80, cpuSeconds: 300, wallSeconds: 400, fileMb: 500, processes: 4 },
        logging: { level: 'info' },
        plugins: defaultPlugins,
        marketplace: { enabled: true, repositories: [], apiKeys: {}, securityScan: true },
      },
      sources: {
        'limits.memoryMb': `${join(root, 'project/milkbottle.toml')}:2:1`,
        'limits.cpuSeconds': `${join(root, 'named.json')}:1:15`,
        'limits.wallSeconds': 'MB_LIMITS_WALL_SECONDS',
        'limits.fileMb': 'command line',
        'limits.processes': `${join(root, 'home/config.yaml')}:6:3`,
      },
      files: [
        join(root, 'home/config.yaml'),
        join(root, 'project/milkbottle.toml'),
        join(root, 'named.json'),
      ],
    })
  })

  it('reads older names and nesting', async () => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, {
      'home/config.toml':
        '[plugin_system.limits]\nmemory_mb = 64\n[monitoring]\nlog_level = "WARNING"\n',
    })
    expect((await load()).values).toMatchObject({
      limits: { memoryMb: 64 },
      logging: { level: 'warn' },
      plugins: defaultPlugins,
      marketplace: { enabled: true, repositories: [], apiKeys: {}, securityScan: true },
    })
  })

  it('expands variables, with their types, everywhere but in a project', async () => {
    await using folder = await temporaryFolder()
    const { load, root } = await world(folder.path, {
      'home/config.yaml':
        'limits: { memoryMb: "${MEMORY}" }\nisolation: { minimum: ["${ITEM}"] }\n',
    })
    expect((await load({ env: { MEMORY: '70', ITEM: 'seccomp' } })).values).toMatchObject({
      limits: { memoryMb: 70 },
      isolation: { minimum: ['seccomp'] },
    })
    await expect(load({ env: { MEMORY: '70' } })).rejects.toMatchObject({
      code: 'MB_CONFIG_VARIABLE',
      message: `Cannot use "isolation.minimum" of "${join(root, 'home/config.yaml')}": the environment variable ITEM is not set`,
    })
    await writeFile(join(root, 'home/config.yaml'), '')
    await writeFile(join(root, 'project/milkbottle.yaml'), 'logging: { level: "${LEVEL}" }')
    await expect(load({ env: { LEVEL: 'debug' } })).rejects.toMatchObject({
      code: 'MB_CONFIG_VALUE',
    })
  })

  it.each([
    [
      'a memory limit above what holds without it',
      'limits: { memoryMb: 2049 }',
      'limits.memoryMb',
      1,
      11,
    ],
    ['fewer proofs', 'isolation:\n  minimum: [seccomp]', 'isolation.minimum', 2, 3],
    ['no proofs', 'isolation:\n  minimum: []', 'isolation.minimum', 2, 3],
    ['repositories', 'marketplace:\n  repositories: []', 'marketplace.repositories', 2, 3],
    ['hooks', 'a: 1\nhooks: {}', 'hooks', 2, 1],
    ['trust in other words', 'plugins: { trusted_sources: [x] }', 'plugins.trusted_sources', 1, 12],
  ])('a project may not set %s', async (_, text, key, line, column) => {
    await using folder = await temporaryFolder()
    const { load, root } = await world(folder.path, { 'project/milkbottle.yaml': text })
    const file = join(root, 'project/milkbottle.yaml')
    await expect(load()).rejects.toMatchObject({ code: 'MB_CONFIG_FORBIDDEN', outcome: 'refused' })
    await expect(load()).rejects.toThrow(`"${key}" of "${file}`)
    await expect(load()).rejects.toThrow(`:${line}:${column}`)
  })

  const never = Object.keys({ ...settings, ...olderNames }).filter((key) =>
    key.split('.').some((name) => neverInProject.has(name)),
  )

  it.each(never.flatMap(waysToWrite))('a project may not say %s', async (text) => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, { 'project/milkbottle.json': text })
    await expect(load()).rejects.toMatchObject({
      code: 'MB_CONFIG_FORBIDDEN',
      message: expect.stringMatching(/: a project may not set it$/),
    })
  })

  it('control: the same values are fine in the person’s own file, and stricter ones in a project', async () => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, {
      'home/config.yaml': 'limits: { memoryMb: 4096 }\nisolation: { minimum: [seccomp] }\n',
      'project/milkbottle.yaml':
        'limits: { memoryMb: 4000 }\nisolation: { minimum: [network, seccomp] }\nlogging: { level: debug }\n',
    })
    expect((await load()).values).toEqual({
      isolation: { minimum: ['network', 'seccomp'] },
      limits: { memoryMb: 4000 },
      logging: { level: 'debug' },
      plugins: defaultPlugins,
      marketplace: { enabled: true, repositories: [], apiKeys: {}, securityScan: true },
    })
  })

  it('reads marketplaces, their tokens from the environment, and older names for them', async () => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, {
      'home/config.yaml':
        'marketplace:\n  repositories: [{ name: town, url: "https://plugins.example", priority: 1, namespaces: [acme] }]\n  api_keys: { town: "${TOWN}" }\n',
    })
    const env = { TOWN: 'secret', MB_MARKETPLACE_TOKEN: 'x' }
    expect((await load({ env })).values.marketplace).toEqual({
      enabled: true,
      repositories: [
        { name: 'town', url: 'https://plugins.example', priority: 1, namespaces: ['acme'] },
      ],
      apiKeys: { town: 'secret' },
      securityScan: true,
    })
    await using older = await temporaryFolder()
    const before = await world(older.path, {
      'home/config.toml':
        '[plugin_system]\nsecurity_scan = false\n[plugin_system.marketplace]\nrepository_url = "https://old.example"\n',
    })
    expect((await before.load()).values.marketplace).toMatchObject({
      repositories: [{ name: 'default', url: 'https://old.example' }],
      securityScan: false,
    })
  })

  it.each([
    ['a password in it', '[{ name: town, url: "https://ada:secret@plugins.example" }]'],
    ['another scheme', '[{ name: town, url: "file:///etc" }]'],
    ['no name', '[{ url: "https://plugins.example" }]'],
    ['a bad name', '[{ name: ../town, url: "https://plugins.example" }]'],
    ['a key too many', '[{ name: town, url: "https://plugins.example", token: x }]'],
    [
      'two of a name',
      '[{ name: a, url: "https://a.example" }, { name: a, url: "https://b.example" }]',
    ],
  ])('refuses a marketplace with %s', async (_, list) => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, {
      'home/config.yaml': `marketplace: { repositories: ${list} }`,
    })
    await expect(load()).rejects.toMatchObject({ code: 'MB_CONFIG_VALUE' })
    await expect(load()).rejects.not.toThrow('secret')
  })

  it.each([
    ['marketplace: { api_keys: { town: x } }'],
    ['marketplace: { repository_url: "https://evil.example" }'],
    ['plugin_system: { marketplace_url: "https://evil.example" }'],
    ['marketplace: { security_scan: false }'],
  ])('a project may not say %s', async (text) => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, { 'project/milkbottle.yaml': text })
    await expect(load()).rejects.toMatchObject({ code: 'MB_CONFIG_FORBIDDEN' })
  })

  it.each([
    ['limit: { memoryMb: 1 }', ':1:1: there is no such setting', 'Did you mean "limits"?'],
    ['limits:\n  memoryMB: 1', ':2:3: there is no such setting', 'Did you mean "limits.memoryMb"?'],
    ['marketplace: { x: 1 }', ':1:16: this version has no setting "marketplace.x"', undefined],
    ['deployment: { x: 1 }', ':1:1: this version has no group "deployment"', undefined],
    ['__proto__: { x: 1 }', ':1:1: there is no such setting', expect.any(String)],
    ['limits: { constructor: 1 }', ':1:11: there is no such setting', expect.any(String)],
  ])(
    'an unknown key is an error with its place and the nearest name: %s',
    async (text, message, hint) => {
      await using folder = await temporaryFolder()
      const { load } = await world(folder.path, { 'home/config.yml': text })
      await expect(load()).rejects.toMatchObject({ code: 'MB_CONFIG_UNKNOWN_KEY', hint })
      await expect(load()).rejects.toThrow(message)
    },
  )

  it.each([
    ['yaml', 'limits: 3', ':1:1: it has to be a group'],
    ['yaml', '- 1', 'the content of'],
    ['yaml', 'limits:\n  memoryMb: "100"', ':2:3: it has to be a whole number from 1 to 1048576'],
    ['yaml', 'limits: { memoryMb: -1 }', ':1:11: it has to be a whole number'],
    ['toml', '\n[limits]\nmemoryMb = 1.5\n', ':3:1: it has to be a whole number'],
    [
      'json',
      '{"logging": {"level": "loud"}}',
      ':1:14: it has to be one of debug, info, warn, error',
    ],
    [
      'yaml',
      'isolation: { minimum: [nothing] }',
      ':1:14: it has to be "sandbox", "restricted", or a list',
    ],
  ])('a wrong value in %s is an error with its place: %s', async (ending, text, message) => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, { [`home/config.${ending}`]: text })
    await expect(load()).rejects.toMatchObject({ code: 'MB_CONFIG_VALUE' })
    await expect(load()).rejects.toThrow(message)
  })

  it.each([
    ['yaml', 'limits: {'],
    ['yaml', 'limits: !!js/function "x"'],
    ['yaml', 'logging: { level: !!str info }'],
    ['yaml', 'a: 1\na: 2'],
    ['yaml', 'a: 1\n---\nb: 2'],
    ['yaml', '['.repeat(500_000)],
    ['yaml', '- '.repeat(400_000)],
    [
      'yaml',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]`,
    ],
    ['json', '{ "limits": {}, }'],
    ['json', '{ limits: {} }'],
    ['toml', 'limits = '],
    ['toml', 'when = 2020-01-01'],
    ['toml', `a = ${'['.repeat(200_000)}`],
  ])('refuses what is no plain %s (%#)', async (ending, text) => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, { [`home/config.${ending}`]: text })
    await expect(load()).rejects.toMatchObject({ code: 'MB_CONFIG_SYNTAX', outcome: 'usage' })
  })

  it('refuses a file of 10 MB, two files in a folder, a missing named one and a folder of its name', async () => {
    await using folder = await temporaryFolder()
    const { load, root } = await world(folder.path, { 'home/config.yaml': 'x'.repeat(10_000_000) })
    await expect(load()).rejects.toMatchObject({ code: 'MB_CONFIG_TOO_LARGE' })
    await writeFile(join(root, 'home/config.json'), '{}')
    await expect(load()).rejects.toMatchObject({
      code: 'MB_CONFIG_AMBIGUOUS',
      message: `Cannot choose a configuration in "${join(root, 'home')}": there are config.yaml and config.json`,
    })
    await writeFile(join(root, 'home/config.json'), '{}')
    const other = await world(join(folder.path, 'other'), {})
    await expect(other.load({ file: 'nowhere.yaml' })).rejects.toMatchObject({
      code: 'MB_CONFIG_NOT_FOUND',
      outcome: 'not-found',
    })
    await expect(other.load({ file: '.' })).rejects.toMatchObject({
      code: 'MB_CONFIG_SYNTAX',
      message: expect.stringMatching(/: it is a folder$/),
    })
    await expect(other.load({ file: '/dev/null' })).rejects.toMatchObject({
      code: 'MB_CONFIG_SYNTAX',
      message: 'Cannot read "/dev/null": it is no regular file',
    })
  })

  it('checks the environment: unknown names of our groups, and values', async () => {
    await using folder = await temporaryFolder()
    const { load } = await world(folder.path, {})
    await expect(load({ env: { MB_LIMITS_MEMORY: '1' } })).rejects.toMatchObject({
      code: 'MB_CONFIG_UNKNOWN_KEY',
      hint: 'Did you mean MB_LIMITS_MEMORY_MB?',
    })
    await expect(load({ env: { MB_LIMITS_MEMORY_MB: 'much' } })).rejects.toMatchObject({
      code: 'MB_CONFIG_VALUE',
      message:
        'Cannot use environment variable MB_LIMITS_MEMORY_MB: it has to be a whole number from 1 to 1048576',
      hint: 'Give it such a value, or unset it',
    })
    expect(
      (await load({ env: { MB_ISOLATION_MINIMUM: 'seccomp, network', MB_TEST_SIZE: 'small' } }))
        .values.isolation.minimum,
    ).toEqual(['seccomp', 'network'])
  })
})
