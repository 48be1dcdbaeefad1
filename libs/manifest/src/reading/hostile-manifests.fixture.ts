/** Manifests that are refused, each for one thing, with the proof that it is that thing. */
import type { ManifestFindingCode } from './finding.ts'

/** A manifest that is refused, and the same without the one thing that is wrong. */
export interface HostileManifest {
  readonly what: string
  readonly code: ManifestFindingCode
  readonly bad: string
  /** It is read, so it was that thing. */
  readonly control: string
  /** @default 'yaml' */
  readonly format?: 'yaml' | 'json'
}

const lines = {
  name: 'name: notes',
  version: 'version: 1.0.0',
  description: 'description: Takes notes',
  author: 'author: Acme',
  license: 'license: MIT',
  entry: 'entry: run.mjs',
}

/** A manifest with other lines; `more` stands below them. */
function manifest(more: string, other: Partial<typeof lines> = {}): string {
  return `${Object.values({ ...lines, ...other }).join('\n')}\n${more}\n`
}

/** What is wrong stands below the rest. */
function below(
  what: string,
  code: ManifestFindingCode,
  bad: string,
  control: string,
): HostileManifest {
  return { what, code, bad: manifest(bad), control: manifest(control) }
}

/** What is wrong stands in a line that every manifest has. */
function within(
  what: string,
  code: ManifestFindingCode,
  key: keyof typeof lines,
  bad: string,
  control: string,
): HostileManifest {
  return {
    what,
    code,
    bad: manifest('', { [key]: `${key}: ${bad}` }),
    control: manifest('', { [key]: `${key}: ${control}` }),
  }
}

const permission = (what: string): string => `permissions: { ${what} }`

const command = (what: string): string => `commands: [{ name: add, summary: Adds, ${what} }]`

/** What does not compress to nothing: an archive of that is a bomb of its own. */
const numbers = (count: number): string =>
  Array.from({ length: count }, (_, index) => index).join(' ')

const aliases = (depth: number): string =>
  [
    `keywords: &a0 [x]`,
    ...Array.from({ length: depth }, (_, level) => {
      const all = Array.from({ length: 9 }, () => `*a${level}`).join(', ')
      return `x${level + 1}: &a${level + 1} [${all}]`
    }),
  ].join('\n')

const asJson = (extra: string, mark = ''): string =>
  `{ "name": "notes", "version": "1.0.0", "description": "Takes notes", "author": "Acme", "license": "MIT", "entry": "run.mjs"${extra}${mark} }`

/** Manifests of strangers. */
export const hostileManifests: readonly HostileManifest[] = [
  below('a megabyte', 'too-large', `# ${numbers(200_000)}`, `# ${numbers(2000)}`),
  below('a bracket that is never closed', 'syntax', 'keywords: [a', 'keywords: [a]'),
  below('a key twice', 'duplicate-key', 'keywords: [a]\nkeywords: [b]', 'keywords: [a]'),
  below('a key under two of its names', 'same-key-twice', 'entry_point: evil.mjs', ''),
  below(
    'the prototype of every object',
    'reserved-key',
    '__proto__: { entry: evil.mjs }',
    'keywords: [__proto__]',
  ),
  below(
    'a constructor further down',
    'reserved-key',
    'configSchema: { constructor: { type: string } }',
    'configSchema: { builder: { type: string } }',
  ),
  below(
    'a tag that makes an object of a language',
    'unsafe-yaml',
    'keywords: [!!js/function "x"]',
    'keywords: ["x"]',
  ),
  {
    what: 'a directive',
    code: 'unsafe-yaml',
    bad: `%TAG ! tag:evil.example,2026:\n---\n${manifest('')}`,
    control: `---\n${manifest('')}`,
  },
  {
    what: 'a second document',
    code: 'syntax',
    bad: `${manifest('')}---\n${manifest('', { entry: 'entry: evil.mjs' })}`,
    control: manifest(''),
  },
  below(
    'a merge of keys',
    'unsafe-yaml',
    'limits: { <<: { memoryMb: 1 } }',
    'limits: { memoryMb: 1 }',
  ),
  below('aliases of aliases', 'too-many-values', aliases(7), 'keywords: &a0 [x]'),
  below(
    'brackets in brackets',
    'too-deep',
    `keywords: ${'['.repeat(40)}${']'.repeat(40)}`,
    'keywords: [a]',
  ),
  below(
    'lines ever further in',
    'too-deep',
    `limits:\n${Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth + 1)}a:`).join('\n')}`,
    'limits:\n memoryMb: 1',
  ),
  below(
    'values without end',
    'too-many-values',
    `keywords: [${'a,'.repeat(90_000)}]`,
    `keywords: [${'a,'.repeat(60)}]`,
  ),
  below('a key that is a list', 'wrong-type', '? [a, b]\n: 1', ''),
  below('a key that there is not', 'unknown-key', 'postinstall: run.sh', ''),
  below(
    'a number that has no end',
    'wrong-type',
    'limits: { memoryMb: .inf }',
    'limits: { memoryMb: 5 }',
  ),
  below('a number below none', 'bad-value', 'limits: { memoryMb: -1 }', 'limits: { memoryMb: 5 }'),
  below('half a process', 'wrong-type', 'limits: { processes: 0.5 }', 'limits: { processes: 5 }'),
  {
    what: 'JSON with a comment',
    code: 'syntax',
    bad: asJson('', '// x\n'),
    control: asJson(''),
    format: 'json',
  },
  {
    what: 'JSON with a key twice',
    code: 'duplicate-key',
    bad: asJson(', "entry": "evil.mjs"'),
    control: asJson(''),
    format: 'json',
  },
  within('a name that leads elsewhere', 'bad-value', 'name', '../../evil', 'evil'),
  within('a name of a device', 'bad-name', 'name', 'con', 'conn'),
  within('a name of other letters that look alike', 'bad-value', 'name', 'nоtes', 'notes'),
  within('a name without end', 'bad-value', 'name', 'n'.repeat(65), 'n'.repeat(64)),
  within('a version that leads elsewhere', 'bad-version', 'version', '1.0.0/../../x', '1.0.0-x'),
  within('a version of two numbers', 'bad-version', 'version', '"1.0"', '1.0.0'),
  within('a description that clears the screen', 'bad-value', 'description', '"\\e[2Jx"', '"[2Jx"'),
  within('an author of two lines', 'bad-value', 'author', '"Acme\\nsigned by: you"', 'Acme'),
  within('an entry above the package', 'bad-entry', 'entry', '../run.mjs', 'run.mjs'),
  within('an entry of the system', 'bad-entry', 'entry', '/bin/sh', 'run.mjs'),
  within('an entry with a backslash', 'bad-entry', 'entry', 'a\\..\\run.mjs', 'run.mjs'),
  within('an entry that reads backwards', 'bad-entry', 'entry', '"run\\u202Esjm.mjs"', 'run.mjs'),
  below(
    'hooks of an installation',
    'older-key',
    'hooks: { pre_install: run.sh }',
    'hooks: [deploy:after]',
  ),
  below('no sandbox', 'older-key', 'security: { sandbox: false }', 'security: { sandbox: true }'),
  below('trust in itself', 'older-key', 'security: { trusted_source: true }', ''),
  below(
    'a permission that says nothing',
    'bad-value',
    'permissions: [file_read]',
    'permissions: [temp_write]',
  ),
  below('a permission that there is not', 'unknown-key', permission('all: true'), ''),
  below(
    'a path that leads upwards',
    'bad-path',
    permission('fs: { read: ["${workspace}/../x"] }'),
    permission('fs: { read: ["${workspace}/x"] }'),
  ),
  below(
    'a path of a shell',
    'bad-path',
    permission('fs: { read: ["~/x"] }'),
    permission('fs: { read: ["${home}/x"] }'),
  ),
  below(
    'a variable of the environment',
    'bad-path',
    permission('fs: { read: ["${HOME}/x"] }'),
    permission('fs: { read: ["${home}/x"] }'),
  ),
  below(
    'a pattern in the middle',
    'bad-path',
    permission('fs: { read: ["/home/*/x"] }'),
    permission('fs: { read: ["/home/x/**"] }'),
  ),
  below(
    'a relative path',
    'bad-path',
    permission('fs: { read: [src] }'),
    permission('fs: { read: ["${workspace}/src"] }'),
  ),
  below(
    'a path that is not what it looks like',
    'bad-path',
    permission('fs: { read: ["/x/\\u200B"] }'),
    permission('fs: { read: ["/x/y"] }'),
  ),
  below(
    'a home to write to',
    'bad-path',
    permission('fs: { write: ["${home}/**"] }'),
    permission('fs: { write: ["${data}/**"] }'),
  ),
  below(
    'a host that is an address',
    'bad-host',
    permission('net: ["https://acme.example/x"]'),
    permission('net: [acme.example]'),
  ),
  below(
    'a host that is a number to some',
    'bad-host',
    permission('net: ["0x7f.1"]'),
    permission('net: [127.0.0.1]'),
  ),
  below(
    'a host in other letters',
    'bad-host',
    permission('net: ["аcme.example"]'),
    permission('net: [acme.example]'),
  ),
  below(
    'a port that there is not',
    'bad-value',
    permission('net: [{ host: a.example, ports: [70000] }]'),
    permission('net: [{ host: a.example, ports: [7000] }]'),
  ),
  below(
    'a program with words',
    'bad-value',
    permission('exec: [{ command: "git log; sh" }]'),
    permission('exec: [{ command: git, args: [log] }]'),
  ),
  below(
    'a program somewhere else',
    'bad-command',
    permission('exec: [{ command: /usr/bin/../x }]'),
    permission('exec: [{ command: /usr/bin/x }]'),
  ),
  below(
    'arguments after any arguments',
    'bad-value',
    permission('exec: [{ command: git, args: ["**", log] }]'),
    permission('exec: [{ command: git, args: [log, "**"] }]'),
  ),
  below(
    'a variable with a value',
    'bad-value',
    permission('env: ["LD_PRELOAD=x"]'),
    permission('env: [LANG]'),
  ),
  below(
    'a secret by a path',
    'bad-value',
    permission('secrets: ["../other/token"]'),
    permission('secrets: [token]'),
  ),
  below(
    'a page that is a program',
    'bad-url',
    'homepage: "javascript:alert(1)"',
    'homepage: https://a.example',
  ),
  below(
    'a page with a password',
    'bad-url',
    'homepage: https://me:key@a.example',
    'homepage: https://a.example',
  ),
  below(
    'a repository that is an option of git',
    'bad-value',
    'repository: "--upload-pack=x"',
    'repository: https://a.example/x',
  ),
  below('an address that is a number', 'wrong-type', 'email: 5', 'email: a@a.example'),
  below(
    'a secret that everybody can read',
    'bad-default',
    'configSchema: { key: { type: secret, default: x } }',
    'configSchema: { key: { type: secret } }',
  ),
  below(
    'a secret for one environment',
    'bad-default',
    'configSchema: { key: { type: secret } }\nenvironments: { ci: { key: x } }',
    'configSchema: { key: { type: string } }\nenvironments: { ci: { key: x } }',
  ),
  below(
    'a file that nobody named',
    'bad-default',
    command('arguments: [{ name: file, type: file, default: /etc/passwd }]'),
    command('arguments: [{ name: file, type: file }]'),
  ),
  below(
    'a validator that writes',
    'bad-value',
    `type: validator\n${command('arguments: [{ name: file, type: file, access: write }]')}`,
    `type: formatter\n${command('arguments: [{ name: file, type: file, access: write }]')}`,
  ),
  below(
    'a word that is an option',
    'bad-value',
    'commands: [{ name: --help, summary: Helps }]',
    'commands: [{ name: help-me, summary: Helps }]',
  ),
  below(
    'a command twice',
    'duplicate-name',
    'commands: [{ name: add, summary: A }, { name: add, summary: B }]',
    'commands: [{ name: add, summary: A }]',
  ),
  below(
    'all words, and then some',
    'bad-value',
    command('arguments: [{ name: a, variadic: true }, { name: b }]'),
    command('arguments: [{ name: b }, { name: a, variadic: true }]'),
  ),
  below(
    'an entry of the menu that starts something else',
    'bad-value',
    `${command('options: []')}\nmenu: [{ title: Add, command: sh }]`,
    `${command('options: []')}\nmenu: [{ title: Add, command: add }]`,
  ),
  below(
    'a plugin in another folder',
    'bad-name',
    'plugins: { "../evil": "1" }',
    'plugins: { evil: "1" }',
  ),
  below(
    'a plugin that is needed and is not',
    'duplicate-name',
    'plugins: { a: "1" }\noptionalPlugins: { a: "1" }',
    'plugins: { a: "1" }',
  ),
  below(
    'a range that takes for ever',
    'bad-range',
    `plugins: { a: "${'>1 '.repeat(2000)}" }`,
    'plugins: { a: ">1 <3" }',
  ),
  below(
    'a package from an address',
    'bad-name',
    'dependencies: { "https://evil.example/x": "1" }',
    'dependencies: { x: "1" }',
  ),
  below(
    'a package that is an option of its installer',
    'bad-range',
    'dependencies: ["--index-url=https://evil.example"]',
    'dependencies: [requests]',
  ),
  below(
    'updates without a lock',
    'bad-url',
    'update: http://a.example/x',
    'update: https://a.example/x',
  ),
  below('updates of a file', 'bad-url', 'update: file:///etc/passwd', 'update: npm:notes'),
  below('a platform that there is not', 'bad-value', 'platforms: [../x]', 'platforms: [linux]'),
  below(
    'a service in another place',
    'bad-name',
    'provides: { ../x: 1.0.0 }',
    'provides: { x: 1.0.0 }',
  ),
]
