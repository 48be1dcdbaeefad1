import { describe, expect, it } from 'vitest'
import { checkManifest } from './check-manifest.ts'

const base = `name: notes
version: 1.0.0
description: Takes notes
author: Acme
license: MIT
entry: notes.main
`

function read(text: string): unknown {
  const checked = checkManifest(base + text)
  expect(checked.findings).toEqual([])
  return checked.ok ? checked.manifest : undefined
}

function found(text: string): readonly string[] {
  return checkManifest(base + text).findings.map(
    ({ severity, line, column, code, path }) => `${severity} ${line}:${column} ${code} ${path}`,
  )
}

describe('checkManifest() reads what older formats say:', () => {
  it.each([
    ['plugin_type: validator', { type: 'validator' }],
    ['language: TypeScript', { runtime: 'node' }],
    ['language: rust', { runtime: 'executable' }],
    ['source_url: https://git.example/notes', { repository: 'https://git.example/notes' }],
    ['min_core_version: 1.0.0', { engines: { milkbottle: '>=1.0.0' } }],
    [
      'min_core_version: 1.0.0\nmax_core_version: 2.0.0',
      { engines: { milkbottle: '>=1.0.0 <=2.0.0' } },
    ],
    ['python_requires: ">=3.11,<4"', { engines: { python: '>=3.11.0 <4.0.0' } }],
    ['supported_platforms: [linux, Windows, macos]', { platforms: ['linux', 'win32', 'darwin'] }],
    ['python_requirements: ["requests>=2"]', { dependencies: { requests: '>=2.0.0' } }],
    ['npm_requirements: { left-pad: ^1.3.0 }', { dependencies: { 'left-pad': '^1.3.0' } }],
    [
      'optional_dependencies: { aws: ["s3>=1.0.0"], all: ["s3<3.0.0", gcs] }',
      { optionalPlugins: { s3: '>=1.0.0 <3.0.0', gcs: '*' } },
    ],
    ['optional_dependencies: [s3]', { optionalPlugins: { s3: '*' } }],
    ['optional_dependencies: { acme/s3: ^1.0.0 }', { optionalPlugins: { 'acme/s3': '^1.0.0' } }],
    [
      'cli: { commands: [{ name: add, description: Adds a note }] }',
      { type: 'command', commands: [{ name: 'add', summary: 'Adds a note' }] },
    ],
    [
      'provides_commands: [{ name: add, description: Adds a note }]',
      { commands: [{ name: 'add', summary: 'Adds a note' }] },
    ],
    ['provides_hooks: [template_create]', { type: 'hook', hooks: ['template-create'] }],
    [
      'provides: [store]\nrequires: [clock]',
      { provides: { store: '1.0.0' }, requires: { clock: '*' } },
    ],
    ['permissions: [temp_write]', { permissions: { fs: { read: [], write: [] } } }],
    [
      'security: { sandbox_enabled: true, trusted_source: false, max_execution_time: 30, max_memory_usage: 104857600 }',
      { limits: { wallSeconds: 30, memoryMb: 100 } },
    ],
    [
      `configuration:
  schema:
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    additionalProperties: false
    required: [port]
    properties:
      port: { type: integer, minimum: 1, maximum: 65535, title: Port, description: Where it listens }
      home: { type: string, format: uri, title: Home }
      mode: { enum: [a, b], type: string, default: a, minLength: 1 }`,
      {
        configSchema: {
          port: {
            type: 'integer',
            min: 1,
            max: 65535,
            description: 'Where it listens',
            required: true,
          },
          home: { type: 'url', description: 'Home', required: false },
          mode: { type: 'string', choices: ['a', 'b'], default: 'a', min: 1, required: false },
        },
      },
    ],
  ])('%s', (text, part) => {
    expect(read(text)).toMatchObject(part)
  })

  it('and keeps a field that is called as a keyword', () => {
    expect(
      read('configSchema: { type: { type: string }, properties: { type: object } }'),
    ).toMatchObject({ configSchema: { type: { type: 'string' }, properties: { type: 'object' } } })
  })

  it('and reads its own result again as the same', () => {
    const full = read(
      'plugin_type: generator\noptional_dependencies: [s3]\ncli: { commands: [{ name: add, description: Adds }] }\nprovides: [store]\nsupported_platforms: [linux-x64]\nhooks: [system_startup]\nupdate: npm:@acme/notes\ncategories: [cloud]\nmenu: [{ title: Add a note, command: add }]',
    )
    expect(checkManifest(JSON.stringify(full), { format: 'json' })).toEqual({
      ok: true,
      manifest: full,
      findings: [],
    })
  })
})

describe('checkManifest() answers what has no place here, where it stands:', () => {
  it.each([
    ['main_class: Notes', 'error 7:13 older-key main_class'],
    ['entry_points: { x: y }', 'error 7:15 older-key entry_points'],
    ['config: { enabled: true, priority: 50 }', 'error 7:9 older-key config'],
    ['provides_completions: [x]', 'error 7:23 older-key provides_completions'],
    ['min_other_version: 1.0.0', 'error 7:20 older-key min_other_version'],
    ['security: { sandbox: false }', 'error 7:22 older-key security.sandbox'],
    ['security: { sandbox_enabled: false }', 'error 7:30 older-key security.sandbox_enabled'],
    ['security: { trusted_source: true }', 'error 7:29 older-key security.trusted_source'],
    ['hooks: { pre_install: run.sh }', 'error 7:23 older-key hooks.pre_install'],
    ['permissions: [file_read]', 'error 7:15 bad-value permissions.0'],
    [
      'security: { permissions: [temp_write, network_access] }',
      'error 7:39 bad-value permissions.1',
    ],
    ['classifiers: [x]', 'warning 7:14 older-key classifiers'],
    ['testing: { coverage: 90 }', 'warning 7:10 older-key testing'],
    ['checksum: abc', 'warning 7:11 older-key checksum'],
    ['tests_dir: tests', 'warning 7:12 older-key tests_dir'],
    ['system_requirements: [git]', 'warning 7:22 older-key system_requirements'],
    [
      'configSchema: { type: object, properties: { a: { type: string, pattern: x } } }',
      'warning 7:73 older-key configSchema.a.pattern',
    ],
    [
      'configSchema: { type: object, properties: { a: { type: integer, minimum: 2, maximum: 1 } } }',
      'error 7:74 bad-value configSchema.a.min',
    ],
    [
      'cli: { commands: [{ name: add, description: "" }] }',
      'error 7:45 bad-value commands.0.summary',
    ],
    [
      'optional_dependencies: { aws: ["not a plugin!"] }',
      'error 7:24 bad-name optionalPlugins."not a plugin!"',
    ],
    ['optional_dependencies: [__proto__]', 'error 7:24 bad-name optionalPlugins."__proto__"'],
    ['security: { max_memory_usage: x }', 'error 7:31 wrong-type limits.memoryMb'],
    ['cli: { foo: 1 }', 'error 7:1 unknown-key cli'],
    ['entry_point: other.main', 'error 6:8 same-key-twice entry'],
  ])('%s', (text, finding) => {
    expect(found(text)).toEqual([finding])
  })

  it('says of each what to write now', () => {
    const { findings } = checkManifest(
      `${base}main_class: Notes\nsecurity: { permissions: [file_read], sandbox: false }\nmin_other_version: 1.0.0\n`,
    )
    expect(findings.map(({ message, hint }) => `${message}: ${hint}`)).toEqual([
      'A class of the code is not named in the manifest: Name the file or module that is run, as "entry: my_plugin.main"; it says itself what it does',
      'The permission "file_read" does not say what it is about: Files that the person names need no permission; for others write "fs: { read: [${workspace}/src/**] }"',
      'No plugin leaves its sandbox: Ask for what it needs under "permissions", with a reason',
      '"min_other_version" is about another program: Write "engines: { milkbottle: \'>=1.0.0\' }"',
    ])
  })

  it('ranges that would multiply, at once', () => {
    const groups = Array.from({ length: 30 }, (_, group) => {
      const majors = Array.from({ length: 20 }, (_each, major) => group * 100 + major)
      return `g${group}: ["x@${majors.join('||')}"]`
    })
    expect(found(`optional_dependencies: { ${groups.slice(0, 1).join(', ')} }`)).toEqual([])
    expect(found(`optional_dependencies: { ${groups.join(', ')} }`)).toEqual([
      'error 7:24 bad-range optionalPlugins.x',
    ])
  })
})
