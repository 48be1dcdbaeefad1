import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pluginTypes } from '../plugin-type.ts'
import { checkManifest } from '../reading/check-manifest.ts'
import { parseManifest } from '../reading/parse-manifest.ts'

const base = `name: notes
version: 1.0.0
description: Takes notes
author: Acme
license: MIT
entry: dist/index.mjs
commands:
  - name: add
    summary: Adds a note
    arguments: [{ name: title }]
    options: [{ name: color, choices: [red, blue] }]
configSchema:
  title: { type: string, max: 5 }
  token: { type: secret }
`

function found(text: string): readonly string[] {
  return checkManifest(base + text).findings.map(
    ({ line, column, code, message, hint }) =>
      `${line}:${column} ${code} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  )
}

describe('manifestSchema reads', () => {
  it.each([
    ['type: provider', { type: 'provider' }],
    ['platforms: [linux, darwin-arm64]', { platforms: ['linux', 'darwin-arm64'] }],
    ['plugins: { acme/pdf: ^1.0.0 }', { plugins: { 'acme/pdf': '^1.0.0' } }],
    ['optionalPlugins: { acme/pdf: ^1.0.0 }', { optionalPlugins: { 'acme/pdf': '^1.0.0' } }],
    ['categories: [cloud, data-science]', { categories: ['cloud', 'data-science'] }],
    [
      'completions: [{ name: titles, command: add, value: title }, { name: all, command: add }]',
      {
        completions: [
          { name: 'titles', command: 'add', value: 'title' },
          { name: 'all', command: 'add' },
        ],
      },
    ],
    [
      'completions: [{ name: colors, command: add, value: color }]',
      { completions: [{ name: 'colors', command: 'add', value: 'color' }] },
    ],
    [
      'menu: [{ title: Add a note, command: add }]',
      { menu: [{ title: 'Add a note', command: 'add' }] },
    ],
    [
      'provides: { notes.store: 1.2.0 }\nrequires: { clock: ">=1 <3" }',
      { provides: { 'notes.store': '1.2.0' }, requires: { clock: '>=1 <3' } },
    ],
    [
      'environments: { production: { title: Live }, ci: {} }',
      { environments: { production: { title: 'Live' }, ci: {} } },
    ],
    ['update: npm:@acme/notes', { update: { source: 'npm:@acme/notes' } }],
    ['update: { source: github:acme/notes }', { update: { source: 'github:acme/notes' } }],
    [
      'update: https://acme.example/notes.tgz',
      { update: { source: 'https://acme.example/notes.tgz' } },
    ],
    ['hooks: [deploy:after, system_startup]', { hooks: ['deploy:after', 'system-startup'] }],
  ])('%s', (text, part) => {
    expect(parseManifest(base + text)).toMatchObject(part)
  })

  it.each([
    ['', 'command'],
    ['hooks: [a]\n', 'hook'],
    ['provides: [a]\n', 'extension'],
  ])('a manifest without a type, and tells it: %j', (text, type) => {
    const [least = ''] = base.split('commands:')
    expect(parseManifest(text === '' ? base : least + text).type).toBe(type)
  })
})

describe('manifestSchema refuses', () => {
  it.each([
    [
      'type: validater',
      '15:7 bad-value "validater" is none of command, completion, hook, formatter, validator, integration, template, provider, generator, extension, middleware (Did you mean "validator"?)',
    ],
    [
      'categories: [Cloud]',
      '15:14 bad-value "categories.0": A category is written as cloud or data-science',
    ],
    [
      'optionalPlugins: { a b: "1" }',
      '15:25 bad-name "a b" is no plugin (Write name or namespace/name, in small letters, as acme/pdf)',
    ],
    [
      'plugins: { pdf: "1" }\noptionalPlugins: { pdf: "1" }',
      '16:25 duplicate-name The plugin "pdf" stands under "plugins" as well (Keep it in one of the two: what stands under "plugins" has to be there)',
    ],
    [
      'menu: [{ title: x, command: remove }]',
      '15:29 bad-value The plugin has no command "remove" (Name one of its own commands, as it stands under "commands")',
    ],
    [
      'completions: [{ name: x, command: remove }]',
      '15:35 bad-value The plugin has no command "remove" (Name one of its own commands, as it stands under "commands")',
    ],
    [
      'completions: [{ name: x, command: add, value: size }]',
      '15:47 bad-value The command "add" has no argument or option "size"',
    ],
    [
      'completions: [{ name: x, command: add }, { name: x, command: add }]',
      '15:50 duplicate-name The completion "x" stands here twice',
    ],
    [
      'provides: { A: 1.0.0 }',
      '15:16 bad-name "A": A service is named in small letters, as template-store',
    ],
    ['provides: [a, a]', '15:15 duplicate-name The service "a" stands here twice'],
    ['provides: { a: "1" }', '15:16 bad-version "1" is no semantic version (Write 1.0.0)'],
    [
      'requires: { a: banana }',
      '15:16 bad-range "banana" is no range of versions (Write a semver range, as ^1.2.0 or ">=1.2.0 <3.0.0")',
    ],
    [
      'environments: { Live: {} }',
      '15:23 bad-name "Live": An environment is named in small letters, digits and "-", as production',
    ],
    ['environments: { ci: { titel: x } }', '15:23 unknown-key "titel" is no field of configSchema'],
    ['environments: { ci: { title: 1 } }', '15:30 bad-default The value 1 is no string'],
    [
      'environments: { ci: { title: longer } }',
      '15:30 bad-default The value "longer" is above the largest, 5',
    ],
    [
      'environments: { ci: { token: x } }',
      '15:30 bad-default The value "x" is a secret, and a manifest is public',
    ],
    [
      'update: npm:Acme',
      '15:9 bad-url "npm:Acme" is no source of updates (Write npm:@acme/notes, github:acme/notes, or an address with https://)',
    ],
    [
      'update: http://acme.example/x.tgz',
      '15:9 bad-url "http://acme.example/x.tgz" is no source of updates (Write npm:@acme/notes, github:acme/notes, or an address with https://)',
    ],
    [
      'update: https://me:key@acme.example/x.tgz',
      '15:9 bad-url The address holds credentials (Write npm:@acme/notes, github:acme/notes, or an address with https://)',
    ],
    [
      'hooks: [Deploy]',
      '15:9 bad-value "hooks.0": A hook is written in small letters, as deploy:after',
    ],
  ])('%s', (text, finding) => {
    expect(found(text)).toEqual([finding])
  })

  it('a platform that there is not, with the nearest', () => {
    expect(found('platforms: [linux-x46]')).toEqual([
      expect.stringMatching(
        /^15:13 bad-value "linux-x46" is none of .*\(Did you mean "linux-x64"\?\)$/,
      ),
    ])
  })
})

describe('what a manifest was read as', () => {
  const word = fc.constantFrom('add', 'list', 'remove')
  const commands = fc.uniqueArray(
    fc.record({
      name: word,
      summary: fc.constant('Does it'),
      arguments: fc.constantFrom([], [{ name: 'title' }], [{ name: 'file', type: 'file' }]),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
  )
  const ranges = fc.dictionary(word, fc.constantFrom('^1.0.0', '>=1,<2', '*', '1 - 2'))
  const manifest = fc.record(
    {
      type: fc.constantFrom(...pluginTypes),
      runtime: fc.constantFrom('node', 'python', 'executable', 'wasm'),
      engines: fc.record({ node: fc.constant('>=22') }, { requiredKeys: [] }),
      platforms: fc.uniqueArray(fc.constantFrom('linux', 'linux-x64', 'win32')),
      commands,
      hooks: fc.uniqueArray(fc.constantFrom('deploy:after', 'system_startup')),
      plugins: ranges,
      dependencies: fc.oneof(ranges, fc.constantFrom(['requests>=2'], ['a', 'b@^1.0.0'])),
      optional_dependencies: fc.dictionary(fc.constantFrom('x', 'y'), fc.constant(['opt>=1.0.0'])),
      provides: fc.constantFrom(['store'], { store: '2.0.0' }),
      requires: fc.constantFrom(['clock'], { clock: '>=1' }),
      configSchema: fc.constantFrom(
        { a: { type: 'int', default: 1 } },
        { type: 'object', properties: { a: { type: 'integer', minimum: 1 } } },
      ),
      permissions: fc.constantFrom(['temp_write'], { fs: { read: ['${workspace}//a/'] } }),
      security: fc.constantFrom({ sandbox: true }, { max_memory_usage: 5_000_000 }),
      update: fc.constantFrom('npm:notes', { source: 'github:acme/notes' }),
      tags: fc.uniqueArray(fc.constantFrom('a', 'b')),
    },
    { requiredKeys: [] },
  )

  it('is read again as the same, since it is kept so', () => {
    fc.assert(
      fc.property(manifest, (parts) => {
        const least = { name: 'Take_Notes', version: '1.0.0', description: 'a', author: 'a' }
        const text = JSON.stringify({ ...least, license: 'MIT', entry: 'a.mjs', ...parts })
        const first = parseManifest(text, { format: 'json' })
        const again = checkManifest(JSON.stringify(first), { format: 'json' })
        expect(again).toEqual({ ok: true, manifest: first, findings: [] })
      }),
      { numRuns: process.env['MB_TEST_SIZE'] === 'full' ? 3000 : 200 },
    )
  })
})
