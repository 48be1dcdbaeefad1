import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { manifestJsonSchema } from '../json-schema.ts'
import { parsePluginName } from '../names.ts'
import { checkManifest } from '../reading/check-manifest.ts'
import type { ManifestFormat } from '../reading/parse-document.ts'
import { factsOf, type ManifestFacts } from './manifest-facts.ts'
import { peekManifest, wantedKeys } from './peek-manifest.ts'

const plain = `name: notes
version: 1.0.0
description: Takes notes
author: Acme
license: MIT
entry: dist/index.mjs
`

const minimal = {
  name: 'notes',
  version: '1.0.0',
  description: 'Takes notes',
  author: 'Acme',
  entry: 'dist/index.mjs',
}

const facts: ManifestFacts = {
  name: parsePluginName('notes'),
  version: '1.0.0',
  description: 'Takes notes',
  author: 'Acme',
  license: 'MIT',
  type: 'extension',
  capabilities: [],
  keywords: [],
  categories: [],
  platforms: [],
  plugins: {},
  optionalPlugins: {},
}

/** What a full reading says, undefined when it finds the manifest wrong. */
function full(text: string, format: ManifestFormat): ManifestFacts | undefined {
  const checked = checkManifest(text, { format })
  return checked.ok ? factsOf(checked.manifest) : undefined
}

describe('peekManifest()', () => {
  it.each<readonly [string, string, Partial<ManifestFacts>]>([
    ['the least that there is', plain, {}],
    ['a document mark, comments and empty lines', `# notes\n---\n\n${plain}# end\n`, {}],
    ['the line ends of Windows', plain.replaceAll('\n', '\r\n'), {}],
    ['a byte order mark', `\uFEFF${plain}`, {}],
    ['quotes', plain.replace('Takes notes', `"It's: a #note"`), { description: "It's: a #note" }],
    ['single quotes', plain.replace('Takes notes', `'It''s'  # why`), { description: "It's" }],
    [
      'lists in both forms',
      `${plain}keywords: [a b, "c, d", 'e']\ncapabilities:\n  - git\n  - "mark: down"\ncategories:\n- cloud\n`,
      {
        keywords: ['a b', 'c, d', 'e'],
        capabilities: ['git', 'mark: down'],
        categories: ['cloud'],
      },
    ],
    [
      'maps in both forms',
      `${plain}plugins:\n  acme/log: ^2.0.0\n  pdf: "1.x"\noptionalPlugins: { a: ">=1.0.0 <2", b: '*' }\n`,
      {
        plugins: { 'acme/log': '^2.0.0', pdf: '1.x' },
        optionalPlugins: { a: '>=1.0.0 <2', b: '*' },
      },
    ],
    ['a type', `${plain}type: validator\n`, { type: 'validator' }],
    [
      'commands',
      `${plain}commands:\n  - name: notes\n    summary: >-\n      Many\n      lines\n`,
      { type: 'command' },
    ],
    ['hooks beside no commands', `${plain}commands: []\nhooks: [a:b]\n`, { type: 'hook' }],
    [
      'older names',
      plain.replace('entry:', 'entry_point:').concat('tags: [a]\n'),
      { keywords: ['a'] },
    ],
    [
      'capitals in a name',
      plain.replace('notes', 'Take_Notes'),
      { name: parsePluginName('take-notes') },
    ],
  ])('reads %s as a full reading does', (_, text, more) => {
    expect(peekManifest(text)).toEqual({ ...facts, ...more })
    expect(full(text, 'yaml')).toEqual({ ...facts, ...more })
  })

  it.each([
    ['a key that is not known', `${plain}verison: 1.0.0\n`],
    ['a key that stands there twice', `${plain}name: other\n`],
    ['two names of one key', `${plain}entry_point: a.mjs\n`],
    ['no name', plain.replace('name: notes\n', '')],
    ['a name that is none', plain.replace('notes', '../notes')],
    ['a name that Windows reserves', plain.replace('notes', 'con')],
    ['a number for a version', plain.replace('1.0.0', '1.0')],
    ['a version that is none', plain.replace('1.0.0', '01.0.0')],
    ['a text that goes on', plain.replace('Takes notes', 'Takes\n  notes')],
    ['a block of text', plain.replace('Takes notes', '|\n  Takes notes')],
    ['a text with escapes', plain.replace('Takes notes', '"Takes\\tnotes"')],
    ['a comment behind a text', plain.replace('Takes notes', 'Takes # notes')],
    ['a control character', plain.replace('Takes', '"Ta\u001bkes"')],
    ['an anchor', plain.replace('Takes', '&a Takes')],
    ['a tag', plain.replace('1.0.0', '!!str 1.0.0')],
    ['a merge key', `${plain}<<: { type: hook }\n`],
    ['another document', `${plain}---\n${plain}`],
    ['a directive', `%YAML 1.2\n---\n${plain}`],
    ['a document in braces', '{ name: notes, version: 1.0.0 }'],
    ['a list that goes on', `${plain}keywords: [a,\n  b]\n`],
    ['lists in lists', `${plain}keywords: [[a]]\n`],
    ['a number in a list', `${plain}keywords: [a, 1]\n`],
    ['columns that differ', `${plain}keywords:\n  - a\n    - b\n`],
    ['a type that is none', `${plain}type: miracle\n`],
    ['a plugin that is none', `${plain}plugins: { ../a: ^1.0.0 }\n`],
    ["a range of Python's", `${plain}plugins: { a: ~=1.4 }\n`],
    ['a tab', `${plain}\tkeywords: [a]\n`],
    ['a lone carriage return', plain.replace('Takes notes', 'Takes\rname: evil')],
    ['nothing', ''],
    ['no text', '\0\0\0'],
  ])('leaves %s to a full reading', (_, text) => {
    expect(peekManifest(text)).toBeUndefined()
  })

  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['half of it', '{"name":'],
    ['a prototype', JSON.stringify({ ['__proto__']: 1, name: 'notes' })],
    ['a key that is not known', '{"verison":"1.0.0"}'],
    ['a text that is a number', '{"name":"notes","version":1}'],
    ['a lone carriage return', JSON.stringify(minimal).replace(':', ':\r')],
  ])('leaves JSON with %s to a full reading', (_, text) => {
    expect(peekManifest(text, 'json')).toBeUndefined()
  })

  it('knows no key that a manifest does not have', () => {
    const { properties } = manifestJsonSchema()
    const known = isObject(properties) ? Object.keys(properties) : []
    expect(Object.keys(wantedKeys).filter((key) => !known.includes(key))).toEqual([])
  })

  it.each(['yaml', 'json'] as const)(
    'says what a full reading says, or nothing, of any manifest in %s',
    (format) => {
      let understood = 0
      fc.assert(
        fc.property(manifests, styles, edits, (manifest, style, edit) => {
          const written = format === 'json' ? JSON.stringify(manifest) : yaml(manifest, style)
          const text = edited(written, edit)
          const seen = peekManifest(text, format)
          const known = full(text, format)
          if (seen === undefined || known === undefined) return
          understood += 1
          expect(seen).toEqual(known)
        }),
        { numRuns: runs },
      )
      // Saying nothing at all would be right, too.
      expect(understood).toBeGreaterThan(runs / 20)
    },
  )

  it('takes no longer for a text that is made to be slow', () => {
    const longest = 1_000_000
    const slow = [
      ' '.repeat(longest),
      `keywords: [${'a '.repeat(longest / 2)}`,
      `keywords: [${' '.repeat(longest)}`,
      `description: "${"'".repeat(longest)}`,
      `description: ${' #'.repeat(longest / 2)}`,
      `plugins: {${'a: b, '.repeat(longest / 6)}`,
      `a${'\na'.repeat(longest / 2)}`,
      `keywords:${'\n- a'.repeat(longest / 4)}`,
      `version: 1.0.0-${'1'.repeat(longest)}`,
      `version: 1.0.0-${'a-'.repeat(60)}!`,
    ]
    const started = process.cpuUsage()
    for (const text of slow) peekManifest(`${plain}${text}`)
    const { user } = process.cpuUsage(started)
    // Some milliseconds; what is not linear takes minutes.
    expect(user).toBeLessThan(5_000_000)
  })
})

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 20_000 : 2000

const label = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z][\w .:#,'"-]{0,12}\w$/) },
  fc.constantFrom('true', '1.0', '~', 'null', '0x1f', '.5', 'é', 'a: b', "it's", 'a #b', '- x'),
)
function mostly<T>(usual: fc.Arbitrary<T>, ...wrong: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 12, arbitrary: usual },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  )
}

const range = fc.constantFrom('^1.0.0', '>=1 <2', '*', '1.x', '~2.1', '1.0.0 || ^2', '~=1.4')
const plugins = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}(\/[a-z]{1,4})?$/), range, {
  maxKeys: 3,
})
const labels = fc.array(label, { maxLength: 4 })

/** Manifests, most of them in order. */
const manifests = fc.record(
  {
    name: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/),
    version: mostly(
      fc.constantFrom('1.0.0', '0.1.0-beta.1', '10.20.30'),
      '1.0',
      '1.0.0+build',
      '01.0.0',
    ),
    description: fc.oneof(label, fc.string({ minLength: 1, maxLength: 200 })),
    author: label,
    license: mostly(fc.constantFrom('MIT', 'MIT OR ISC'), 'none at all'),
    entry: mostly(fc.constantFrom('dist/index.mjs', 'a.b', 'main.py'), '../out.mjs'),
    type: mostly(fc.constantFrom('hook', 'validator'), 'miracle'),
    capabilities: labels,
    keywords: labels,
    categories: fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 3 }),
    platforms: mostly(fc.subarray(['linux', 'darwin', 'win32-x64']), ['plan9']),
    plugins,
    optionalPlugins: plugins,
    commands: fc.uniqueArray(
      fc.record({ name: fc.stringMatching(/^[a-z]{1,6}$/), summary: fc.lorem() }),
      { maxLength: 2, selector: ({ name }) => name },
    ),
    hooks: fc.subarray(['deploy:after', 'a:b']),
    homepage: mostly(fc.constant('https://acme.example/?a=b#c'), 'acme'),
    configSchema: fc.constantFrom({}, { title: { type: 'string', default: 'name: evil' } }),
  },
  { requiredKeys: ['name', 'version', 'description', 'author', 'entry'] },
)

const styles = fc.record({
  isFlow: fc.boolean(),
  defaultStringType: fc.constantFrom(
    'PLAIN',
    'PLAIN',
    'QUOTE_DOUBLE',
    'QUOTE_SINGLE',
    'BLOCK_LITERAL',
  ),
  indent: fc.integer({ min: 1, max: 4 }),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 80, 80),
})
type Style = typeof styles extends fc.Arbitrary<infer T> ? T : never

/** As somebody may write it: each value on the line of its key, or below. */
function yaml(manifest: Readonly<Record<string, unknown>>, { isFlow, ...style }: Style): string {
  return Object.entries(manifest)
    .map(([key, value]) =>
      isObject(value) && (isFlow || Object.keys(value).length === 0)
        ? `${key}: ${stringify(value, { ...style, collectionStyle: 'flow' })}`
        : stringify(
            { [key]: value },
            { ...style, collectionStyle: 'block', defaultKeyType: 'PLAIN' },
          ),
    )
    .join('')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

const edits = fc.array(
  fc.record({
    at: fc.nat({ max: 600 }),
    text: fc.constantFrom(
      ' ',
      '\n',
      '#',
      ' #',
      '"',
      "'",
      ':',
      ': ',
      '- ',
      ',',
      '[',
      '}',
      '\t',
      '|',
      '&a ',
      'name: x\n',
      '\r',
    ),
  }),
  { maxLength: 2 },
)

function edited(
  text: string,
  changes: readonly { readonly at: number; readonly text: string }[],
): string {
  return changes.reduce((all, { at, text: more }) => {
    const place = at % (all.length + 1)
    return all.slice(0, place) + more + all.slice(place)
  }, text)
}
