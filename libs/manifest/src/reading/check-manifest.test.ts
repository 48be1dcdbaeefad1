import { canonicalJson, type JsonValue } from '@mb/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noPermissions } from '../permissions/permissions.ts'
import { checkManifest, type CheckOptions } from './check-manifest.ts'
import type { ManifestFinding } from './finding.ts'
import { parseManifest } from './parse-manifest.ts'

const full = `name: release-notes
version: 1.4.0
description: Writes release notes from the git history
author: Acme <dev@acme.example>
license: MIT
entry: dist/index.mjs            # runtime: node | python | executable | wasm, told from the entry or named
engines: { milkbottle: ^1.0.0 }
plugins: { acme/changelog: ^2.0.0 }
capabilities: [git, markdown]    # labels for searching; they grant nothing
commands:
  - name: notes
    summary: Write the notes of a release
    arguments: [{ name: from, required: true }]
    options: [{ name: format, type: string, choices: [md, html], default: md }, { name: out, type: file, access: write }]
hooks: [deploy:after]
configSchema: { title: { type: string, default: Changes } }
permissions:
  fs: { read: [{ path: "\${workspace}/**", reason: reads the history }], write: [{ path: "\${data}/**" }] }
  net: [{ host: api.github.example, ports: [443], methods: [GET], reason: fetches titles }]
  exec: [{ command: git, args: [log, "**"] }]
  env: [GITHUB_TOKEN]
  secrets: [github]
limits: { memoryMb: 100, cpuSeconds: 30, wallSeconds: 30, processes: 8, fileMb: 10 }
`

const short = `name: "example_plugin"
version: "1.0.0"
description: "Example plugin for MilkBottle"
entry_point: "example_plugin.main"
author: "Plugin Author"
dependencies: ["requests", "beautifulsoup4"]
capabilities: ["web_scraping", "data_processing"]
config_schema:
  enabled: { type: "boolean", default: true }
`

const least = `name: notes
version: 1.0.0
description: Takes notes
author: Acme
license: MIT
entry: dist/index.mjs
`

function findings(text: string, options?: CheckOptions): readonly ManifestFinding[] {
  return checkManifest(text, options).findings
}

/** The least manifest with more lines, and what is found. */
function found(more: string): readonly string[] {
  return findings(`${least}${more}`).map(
    ({ code, path, line, column }) => `${line}:${column} ${code} ${path}`,
  )
}

describe('checkManifest() of a good manifest', () => {
  it('reads the full form, filling in every default', () => {
    expect(checkManifest(full)).toEqual({
      ok: true,
      findings: [],
      manifest: {
        name: 'release-notes',
        version: '1.4.0',
        description: 'Writes release notes from the git history',
        author: 'Acme <dev@acme.example>',
        type: 'command',
        license: 'MIT',
        entry: 'dist/index.mjs',
        runtime: 'node',
        engines: { milkbottle: '^1.0.0' },
        platforms: [],
        plugins: { 'acme/changelog': '^2.0.0' },
        optionalPlugins: {},
        dependencies: {},
        capabilities: ['git', 'markdown'],
        keywords: [],
        categories: [],
        commands: [
          {
            name: 'notes',
            summary: 'Write the notes of a release',
            arguments: [{ name: 'from', type: 'string', required: true, variadic: false }],
            options: [
              {
                name: 'format',
                type: 'string',
                required: false,
                choices: ['md', 'html'],
                default: 'md',
              },
              { name: 'out', type: 'file', required: false, access: 'write' },
            ],
          },
        ],
        hooks: ['deploy:after'],
        completions: [],
        menu: [],
        provides: {},
        requires: {},
        configSchema: { title: { type: 'string', required: false, default: 'Changes' } },
        environments: {},
        permissions: {
          ...noPermissions,
          fs: {
            read: [{ path: '${workspace}/**', reason: 'reads the history' }],
            write: [{ path: '${data}/**' }],
          },
          net: [
            {
              host: 'api.github.example',
              ports: [443],
              methods: ['GET'],
              reason: 'fetches titles',
            },
          ],
          exec: [{ command: 'git', args: ['log', '**'] }],
          env: [{ name: 'GITHUB_TOKEN' }],
          secrets: [{ name: 'github' }],
        },
        optionalPermissions: noPermissions,
        limits: { memoryMb: 100, cpuSeconds: 30, wallSeconds: 30, processes: 8, fileMb: 10 },
      },
    })
  })

  it('reads the short form as it stands, and warns of the licence', () => {
    const checked = checkManifest(short)
    expect(checked).toMatchObject({
      ok: true,
      manifest: {
        name: 'example-plugin',
        entry: 'example_plugin.main',
        runtime: 'python',
        dependencies: { requests: '*', beautifulsoup4: '*' },
        capabilities: ['web_scraping', 'data_processing'],
        configSchema: { enabled: { type: 'boolean', default: true, required: false } },
        permissions: noPermissions,
      },
      findings: [{ severity: 'warning', code: 'missing-license' }],
    })
    expect(checkManifest(short, { publishing: true })).toMatchObject({
      ok: false,
      findings: [{ severity: 'error', code: 'missing-license' }],
    })
  })

  it('gives from its own output the same manifest again, in JSON as well', () => {
    const manifest = parseManifest(full)
    expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest)
    expect(parseManifest(JSON.stringify(manifest, null, '\t'), { format: 'json' })).toEqual(
      manifest,
    )
  })

  it.each([
    ['dist/index.mjs', 'node'],
    ['src/main.ts', 'node'],
    ['main.py', 'python'],
    ['notes.main', 'python'],
    ['plugin.wasm', 'wasm'],
    ['bin/notes', 'executable'],
    ['bin/notes.exe', 'executable'],
  ])('tells of the entry %s that %s runs it', (entry, runtime) => {
    expect(parseManifest(least.replace('dist/index.mjs', entry)).runtime).toBe(runtime)
  })

  it('lets the runtime be named', () => {
    expect(
      parseManifest(`${least.replace('dist/index.mjs', 'notes')}runtime: python\n`).runtime,
    ).toBe('python')
  })

  it('reads anchors, a few', () => {
    const text = `${least}keywords: &labels [a, b]\ncapabilities: *labels\n`
    expect(parseManifest(text)).toMatchObject({ keywords: ['a', 'b'], capabilities: ['a', 'b'] })
  })

  it('reads a byte order mark and Windows line ends', () => {
    expect(parseManifest(`\uFEFF${least.replaceAll('\n', '\r\n')}`).name).toBe('notes')
  })

  it('normalises paths and hosts', () => {
    const text = `${least}permissions:
  fs: { read: ["\${workspace}//a/./b/", "/", "/**"] }
  net: [API.Acme.Example., "[0:0::0001]"]
`
    expect(parseManifest(text).permissions).toMatchObject({
      fs: { read: [{ path: '${workspace}/a/b' }, { path: '/' }, { path: '/**' }] },
      net: [{ host: 'api.acme.example' }, { host: '::1' }],
    })
  })
})

describe('checkManifest() of older names', () => {
  it('maps them, wherever they stand', () => {
    const text = `${least.replace('entry:', 'entry_point:')}
min_milkbottle_version: 1.0.0
max_milkbottle_version: 2.0.0
python_version: ">=3.10,<4"
node_version: ">=22"
tags: [a]
author_email: dev@acme.example
config_schema: { port: { type: int, min: 1, max: 65535, default: 80 } }
optional_permissions: { env: [HOME] }
limits: { memory_mb: 10, cpu_seconds: 1 }
`
    expect(parseManifest(text)).toMatchObject({
      entry: 'dist/index.mjs',
      engines: { milkbottle: '>=1.0.0 <=2.0.0', python: '>=3.10.0 <4.0.0', node: '>=22' },
      keywords: ['a'],
      email: 'dev@acme.example',
      configSchema: { port: { type: 'integer', min: 1, max: 65535, default: 80 } },
      optionalPermissions: { env: [{ name: 'HOME' }] },
      limits: { memoryMb: 10, cpuSeconds: 1 },
    })
  })

  it('gives the same for snake_case and camelCase', () => {
    const keys = fc.constantFrom('configSchema', 'optionalPermissions', 'documentation', 'limits')
    fc.assert(
      fc.property(fc.uniqueArray(keys), fc.boolean(), (chosen, inJson) => {
        const values: Readonly<Record<string, JsonValue>> = {
          configSchema: { a: { type: 'string' } },
          optionalPermissions: { env: ['A'] },
          documentation: 'https://docs.acme.example/',
          limits: { memoryMb: 1, wallSeconds: 2 },
        }
        const base = { name: 'a', version: '1.0.0', description: 'a', author: 'a', license: 'MIT' }
        const camel = { ...base, entry: 'a.mjs', ...pick(values, chosen) }
        const format = inJson ? 'json' : 'yaml'
        expect(checkManifest(JSON.stringify(snake(camel)), { format })).toEqual(
          checkManifest(JSON.stringify(camel), { format }),
        )
      }),
    )
  })

  it.each([
    ['entry_point: x.mjs', 'entry'],
    ['config_schema: {}\nconfigSchema: {}', 'configSchema'],
    ['engines: { node: "20" }\nnode_version: "22"', 'engines.node'],
  ])('refuses the same key under two names: %j', (more, path) => {
    expect(findings(`${least}${more}\n`)).toMatchObject([{ code: 'same-key-twice', path }])
  })

  it('tells the place of what stands under an older name', () => {
    expect(found('config_schema:\n  a: { type: strin }\n')).toEqual([
      '8:14 bad-value configSchema.a.type',
    ])
    expect(found('min_milkbottle_version: banana\n')).toEqual(['7:25 bad-range engines.milkbottle'])
    expect(found('limits: { memory_mb: x }\n')).toEqual(['7:22 wrong-type limits.memoryMb'])
  })
})

function pick(
  values: Readonly<Record<string, JsonValue>>,
  keys: readonly string[],
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)))
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function snake(value: Readonly<Record<string, JsonValue>>): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      snakeCase(key),
      key === 'limits' ? { memory_mb: 1, wall_seconds: 2 } : part,
    ]),
  )
}

describe('checkManifest() finds all that is wrong, with its place:', () => {
  it.each([
    ['verion: 1', ['7:1 unknown-key verion']],
    ['homepage: acme.example', ['7:11 bad-url homepage']],
    ['homepage: https://me:secret@acme.example', ['7:11 bad-url homepage']],
    ['homepage:', ['7:10 wrong-type homepage']],
    ['email: nobody', ['7:8 bad-value email']],
    ['runtime: nod', ['7:10 bad-value runtime']],
    ['engines: { node: "twelve" }', ['7:18 bad-range engines.node']],
    ['plugins: { Acme/X: "1" }', ['7:20 bad-name plugins.Acme/X']],
    ['dependencies: ["a", "b!=2"]', ['7:21 bad-range dependencies.1']],
    ['dependencies: ["a", "a>=1"]', ['7:21 duplicate-name dependencies.1']],
    ['dependencies: { "../x": "1" }', ['7:25 bad-name dependencies.../x']],
    ['hooks: [After Deploy]', ['7:9 bad-value hooks.0']],
    ['limits: { memoryMb: -1 }', ['7:21 bad-value limits.memoryMb']],
    ['limits: { processes: 1.5 }', ['7:22 wrong-type limits.processes']],
    ['license: MIT', ['7:1 duplicate-key ']],
    ['permissions: { fs: { reed: [] } }', ['7:22 unknown-key permissions.fs.reed']],
    ['permissions: { fs: { read: ["../x"] } }', ['7:29 bad-path permissions.fs.read.0']],
    [
      'permissions: { fs: { read: ["${workspace}/../x"] } }',
      ['7:29 bad-path permissions.fs.read.0'],
    ],
    ['permissions: { fs: { read: ["${home}/.ssh/**"] } }', ['7:29 bad-path permissions.fs.read.0']],
    [
      'optionalPermissions: { fs: { write: ["${workspace}/.git/hooks/**"] } }',
      ['7:38 bad-path optionalPermissions.fs.write.0'],
    ],
    ['permissions: { fs: { read: ["${HOME}/x"] } }', ['7:29 bad-path permissions.fs.read.0']],
    ['permissions: { fs: { read: ["/a/${data}"] } }', ['7:29 bad-path permissions.fs.read.0']],
    ['permissions: { fs: { read: ["~/x"] } }', ['7:29 bad-path permissions.fs.read.0']],
    ['permissions: { fs: { read: ["${data}/*.md"] } }', ['7:29 bad-path permissions.fs.read.0']],
    ['permissions: { fs: { read: ["/**/x"] } }', ['7:29 bad-path permissions.fs.read.0']],
    [
      'permissions: { fs: { read: [{ path: "C:\\\\x" }] } }',
      ['7:37 bad-path permissions.fs.read.0.path'],
    ],
    [
      'permissions: { fs: { read: [{ pat: /x }] } }',
      ['7:29 missing-key permissions.fs.read.0.path', '7:31 unknown-key permissions.fs.read.0.pat'],
    ],
    ['permissions: { net: ["https://acme.example"] }', ['7:22 bad-host permissions.net.0']],
    ['permissions: { net: ["acme.example:443"] }', ['7:22 bad-host permissions.net.0']],
    ['permissions: { net: ["127.1"] }', ['7:22 bad-host permissions.net.0']],
    ['permissions: { net: ["a.*.b"] }', ['7:22 bad-host permissions.net.0']],
    ['permissions: { net: ["аcme.example"] }', ['7:22 bad-host permissions.net.0']],
    [
      'permissions: { net: [{ host: a, ports: [0] }] }',
      ['7:41 bad-value permissions.net.0.ports.0'],
    ],
    [
      'permissions: { net: [{ host: a, methods: [GETT] }] }',
      ['7:43 bad-value permissions.net.0.methods.0'],
    ],
    [
      'permissions: { exec: [{ command: "git log" }] }',
      ['7:34 bad-value permissions.exec.0.command'],
    ],
    ['permissions: { exec: [{ command: "/a/../b" }] }', ['7:23 bad-command permissions.exec.0']],
    [
      'permissions: { exec: [{ command: git, args: ["**", x] }] }',
      ['7:46 bad-value permissions.exec.0.args.0'],
    ],
    ['permissions: { env: ["A B"] }', ['7:22 bad-value permissions.env.0']],
    ['permissions: { http.serve: maybe }', ['7:28 wrong-type permissions.http.serve']],
    [
      'commands: [{ name: a, summary: b }, { name: a, summary: c }]',
      ['7:45 duplicate-name commands.1.name'],
    ],
    ['commands: [{ name: a }]', ['7:12 missing-key commands.0.summary']],
    [
      'commands: [{ name: a, summary: b, arguments: [{ name: x }, { name: y, required: true }] }]',
      ['7:60 bad-value commands.0.arguments.1'],
    ],
    [
      'commands: [{ name: a, summary: b, arguments: [{ name: x, variadic: true }, { name: y }] }]',
      ['7:47 bad-value commands.0.arguments.0'],
    ],
    [
      'commands: [{ name: a, summary: b, options: [{ name: x, type: file, default: /etc/passwd }] }]',
      ['7:77 bad-default commands.0.options.0.default'],
    ],
    [
      'commands: [{ name: a, summary: b, options: [{ name: x, choices: [a], default: b }] }]',
      ['7:79 bad-default commands.0.options.0.default'],
    ],
    [
      'commands: [{ name: a, summary: b, options: [{ name: x, access: read }] }]',
      ['7:64 bad-value commands.0.options.0.access'],
    ],
    [
      'commands: [{ name: a, summary: b, options: [{ name: x, short: v }, { name: y, short: v }] }]',
      ['7:86 duplicate-name commands.0.options.1.short'],
    ],
    [
      'configSchema: { a: { type: number, default: x } }',
      ['7:45 bad-default configSchema.a.default'],
    ],
    [
      'configSchema: { a: { type: number, min: 2, max: 1 } }',
      ['7:41 bad-value configSchema.a.min'],
    ],
    [
      'configSchema: { a: { type: integer, max: 1, default: 2 } }',
      ['7:54 bad-default configSchema.a.default'],
    ],
    [
      'configSchema: { a: { type: secret, default: x } }',
      ['7:45 bad-default configSchema.a.default'],
    ],
    ['configSchema: { a: { default: x } }', ['7:20 missing-key configSchema.a.type']],
  ])('%s', (more, expected) => {
    expect(found(`${more}\n`)).toEqual(expected)
  })

  it.each([
    ['name: notes', 'name: 5', '1:7 wrong-type name'],
    ['name: notes', 'name: "no tes"', '1:7 bad-value name'],
    ['name: notes', 'name: con', '1:7 bad-name name'],
    ['1.0.0', '1.0', '2:10 wrong-type version'],
    ['1.0.0', 'v1.0.0', '2:10 bad-version version'],
    ['Takes notes', '""', '3:14 bad-value description'],
    ['Acme', '"two\\nlines"', '4:9 bad-value author'],
    ['license: MIT', 'license: Do what you want', '5:10 bad-license license'],
    ['dist/index.mjs', '../index.mjs', '6:8 bad-entry entry'],
    ['dist/index.mjs', '/usr/bin/node', '6:8 bad-entry entry'],
    ['dist/index.mjs', 'dist\\\\index.mjs', '6:8 bad-entry entry'],
    ['entry: dist/index.mjs\n', '', '1:1 missing-key entry'],
  ])('%s as %s', (good, bad, expected) => {
    const all = findings(least.replace(good, bad))
    expect(all.map(({ code, column, line, path }) => `${line}:${column} ${code} ${path}`)).toEqual([
      expected,
    ])
  })

  it('in JSON as in YAML', () => {
    const text = '{\n\t"name": "notes",\n\t"verison": "1.0.0"\n}'
    expect(findings(text, { format: 'json' })).toContainEqual({
      severity: 'error',
      code: 'unknown-key',
      message: 'There is no key "verison"',
      path: 'verison',
      line: 3,
      column: 2,
      hint: 'Did you mean "version"?',
    })
  })
})

// Without the bounds, most of these take longer than a test may.
describe('checkManifest() refuses, quickly,', () => {
  const bomb = [
    'a0: &a0 [x, x, x, x, x, x, x, x, x]',
    ...Array.from(
      { length: 30 },
      (_, level) =>
        `a${level + 1}: &a${level + 1} [${Array.from({ length: 9 }, () => `*a${level}`).join(', ')}]`,
    ),
  ].join('\n')

  const hostile: readonly (readonly [string, string, string, CheckOptions?])[] = [
    ['an alias bomb', bomb, 'too-many-values'],
    ['an alias of itself', 'a: &a [*a]', 'too-deep'],
    ['a megabyte of brackets', '['.repeat(1_000_000), 'too-deep'],
    ['a megabyte of braces', '{a: '.repeat(250_000), 'too-deep'],
    ['a megabyte of dashes', '- '.repeat(500_000), 'too-deep'],
    ['a megabyte of question marks', '? '.repeat(500_000), 'too-deep'],
    [
      'a stair of keys',
      Array.from({ length: 1300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'too-deep',
    ],
    ['a megabyte of values', `a: [${'1,'.repeat(400_000)}]`, 'too-many-values'],
    ['brackets in JSON', '['.repeat(1_000_000), 'too-deep', { format: 'json' }],
    ['ten megabytes', `description: ${'x'.repeat(10_000_000)}`, 'too-large'],
    ['half a manifest', 'name: "notes\nversion: 1', 'syntax'],
    ['half a manifest in JSON', '{"name": "notes",', 'syntax', { format: 'json' }],
    ['YAML where JSON belongs', '{name: notes}', 'syntax', { format: 'json' }],
    ['a comment where JSON belongs', '{} # x', 'syntax', { format: 'json' }],
    // A reader of JSON finds the name notes here, and one of YAML a name in quotes.
    ['a lone carriage return in JSON', '{"name":\r"notes"}', 'syntax', { format: 'json' }],
    ['a lone carriage return', 'name: notes\rversion: 1.0.0', 'syntax'],
    ['nothing', '', 'wrong-type'],
    ['a list', '- name', 'wrong-type'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'syntax'],
    ['a custom tag', 'name: !!js/function "x"', 'unsafe-yaml'],
    ['a tag of ours', 'name: !secret x', 'unsafe-yaml'],
    ['a directive', '%TAG ! tag:evil,2000:\n---\nname: x', 'unsafe-yaml'],
    ['an older YAML', '%YAML 1.1\n---\nname: x', 'unsafe-yaml'],
    ['a merge key', 'a: &a { b: 1 }\n<<: *a', 'unsafe-yaml'],
    ['a key that is no text', '1: x', 'wrong-type'],
    ['a key that is a list', '[a]: x', 'wrong-type'],
    ['__proto__', '__proto__: { admin: true }', 'reserved-key'],
    ['constructor', 'configSchema: { constructor: { type: string } }', 'reserved-key'],
    ['__proto__ in JSON', '{"__proto__": {"admin": true}}', 'reserved-key', { format: 'json' }],
    ['the same key twice', 'name: a\nname: b', 'duplicate-key'],
    ['the same key twice in JSON', '{"name":"a","name":"b"}', 'duplicate-key', { format: 'json' }],
    ['no number', 'limits: { memoryMb: .inf }', 'wrong-type'],
  ]
  it.each(hostile.map(([what, text, code, options = {}]) => ({ what, text, code, options })))(
    '$what',
    ({ text, code, options }) => {
      const checked = checkManifest(text, options)
      expect(checked.ok).toBe(false)
      expect(checked.findings[0]?.code).toBe(code)
      expect(Object.prototype).not.toHaveProperty('admin')
    },
  )

  it('any other text, without throwing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('yaml', 'json'),
        (text, format) => {
          expect(checkManifest(text, { format }).ok).toBe(false)
        },
      ),
    )
  })

  it('any other data, without throwing', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('yaml', 'json'), (text, format) => {
        expect(checkManifest(text, { format }).ok).toBe(false)
      }),
    )
  })

  it('any other value of any key, or reads it and gives it again', () => {
    const keys = Object.keys(parseManifest(full))
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 4 }), (key, value) => {
        const text = JSON.stringify({
          ...JSON.parse(JSON.stringify(parseManifest(full))),
          [key]: value,
        })
        const checked = checkManifest(text)
        if (!checked.ok) return
        expect(canonicalJson(parseManifest(JSON.stringify(checked.manifest)))).toBe(
          canonicalJson(checked.manifest),
        )
      }),
      { numRuns: 300 },
    )
  })
})

describe('checkManifest() shows', () => {
  it('nothing of a manifest that could attack a terminal or reorder a line', () => {
    const evil = '\\e[2J\\u202Egood'
    const { findings: all } = checkManifest(
      `"${evil}": 1\nname: "${evil}"\nversion: "${evil}"\nlimits: { "${evil}": 1 }\n`,
    )
    expect(all.length).toBeGreaterThan(3)
    const shown = all.flatMap(({ hint = '', message, path }) => [hint, message, path]).join('')
    expect(shown).toContain('good')
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})

describe('parseManifest()', () => {
  it('throws the first finding with its place and the number of others', () => {
    expect(() => parseManifest('verison: 1\n', { file: 'plugin.yaml' })).toThrow(
      expect.objectContaining({
        code: 'MB_MANIFEST_INVALID',
        message:
          'Cannot read "plugin.yaml" (line 1, column 1): there is no key "verison" (and 5 more)',
      }),
    )
    expect(() => parseManifest('x'.repeat(2_000_000))).toThrow(
      expect.objectContaining({ code: 'MB_MANIFEST_TOO_LARGE' }),
    )
  })
})
