import { parseManifest, type CommandDeclaration } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandValues, withPaths, type Values } from './command-values.ts'

const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 5000 : 300

function command(fields: Readonly<Record<string, unknown>>): CommandDeclaration {
  const manifest = parseManifest(
    JSON.stringify({
      name: 'notes',
      version: '1.0.0',
      description: 'Notes',
      author: 'Test',
      license: 'MIT',
      entry: 'index.mjs',
      commands: [{ name: 'run', summary: 'Runs', ...fields }],
    }),
    { format: 'json' },
  )
  const [first] = manifest.commands
  if (first === undefined) throw new TypeError('the manifest lost its command')
  return first
}

const every = command({
  arguments: [
    { name: 'count', type: 'integer', required: true },
    { name: 'files', type: 'file', variadic: true },
  ],
  options: [
    { name: 'ratio', type: 'number', default: 0.5 },
    { name: 'format', choices: ['md', 'html'], default: 'md' },
    { name: 'draft', type: 'boolean' },
    { name: 'site', type: 'url' },
    { name: 'out', type: 'dir', access: 'write' },
    { name: 'password', type: 'secret' },
  ],
})

const read = (given: Values, options: Values = {}): ReturnType<typeof commandValues> =>
  commandValues(every, { arguments: given, options })

describe('commandValues()', () => {
  it('converts, fills in defaults, and gathers paths and secrets', () => {
    const options = { draft: 'true', site: 'https://a.example/', out: 'build', password: 'abc' }
    expect(read({ count: '-3', files: ['a', 'b'] }, options)).toEqual({
      arguments: { count: -3, files: ['a', 'b'] },
      options: { ratio: 0.5, format: 'md', ...options, draft: true },
      paths: [
        { typed: 'a', kind: 'file', access: 'read', label: 'argument "files"' },
        { typed: 'b', kind: 'file', access: 'read', label: 'argument "files"' },
        { typed: 'build', kind: 'dir', access: 'write', label: 'option "out"' },
      ],
      addresses: [{ typed: 'https://a.example/', label: 'option "site"' }],
      secrets: ['abc'],
    })
  })

  it('leaves out what was left out, and gives an empty list for no words', () => {
    expect(read({ count: 1 }, { draft: undefined })).toEqual({
      arguments: { count: 1, files: [] },
      options: { ratio: 0.5, format: 'md' },
      paths: [],
      addresses: [],
      secrets: [],
    })
  })

  it.each([
    [{}, {}, 'argument "count" is missing'],
    [{ count: '1.5' }, {}, 'argument "count" is "1.5", expected a whole number'],
    [{ count: '0x10' }, {}, 'argument "count" is "0x10", expected a whole number'],
    [{ count: '' }, {}, 'argument "count" is "", expected a whole number'],
    [
      { count: '9007199254740993' },
      {},
      'argument "count" is "9007199254740993", expected a whole number',
    ],
    [{ count: 1 }, { ratio: 'Infinity' }, 'option "ratio" is "Infinity", expected a number'],
    [{ count: 1 }, { ratio: Number.NaN }, 'option "ratio" is null, expected a number'],
    [{ count: 1 }, { format: 'pdf' }, 'option "format" is "pdf", expected one of md, html'],
    [{ count: 1 }, { draft: 'yes' }, 'option "draft" is "yes", expected true or false'],
    [
      { count: 1 },
      { site: 'example.org' },
      'option "site" is "example.org", expected an address with its scheme, as https://example.org/',
    ],
    [
      { count: 1 },
      { out: 'a\0b' },
      String.raw`option "out" is "a\u0000b", expected the path of a folder`,
    ],
    [{ count: 1 }, { out: ['a', 'b'] }, 'option "out" is ["a","b"], expected the path of a folder'],
    [{ count: 1 }, { password: 7 }, 'option "password" is what was given, expected text'],
    [{ count: 1, constructor: 'x' }, {}, 'it has no argument "constructor"'],
    [{ count: 1 }, { fromat: 'md' }, 'it has no option "fromat"'],
  ])('refuses %o %o', (given, options, reason) => {
    expect(() => read(given, options)).toThrow(
      expect.objectContaining({
        code: 'MB_PLUGIN_USAGE',
        outcome: 'usage',
        message: `Cannot run command "run": ${reason}`,
      }),
    )
  })

  it('reads back every number that it is given as text', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    fc.assert(
      fc.property(finite, (ratio) => {
        expect(read({ count: 1 }, { ratio: String(ratio) }).options['ratio']).toBe(ratio)
      }),
      { numRuns },
    )
  })
})

describe('withPaths()', () => {
  it('replaces paths, and nothing else that looks like one', () => {
    const values = read({ count: 1, files: ['md', 'x'] }, { format: 'md', out: 'md' })
    expect(withPaths(every, values, (typed) => `/in/${typed}`)).toEqual({
      arguments: { count: 1, files: ['/in/md', '/in/x'] },
      options: { ratio: 0.5, format: 'md', out: '/in/md' },
    })
  })
})
