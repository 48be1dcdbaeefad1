/** A plugin that stands on the pictures: small, whole, and published like any other. */
export interface ExamplePlugin {
  readonly namespace: string
  /** When each version is published, oldest first. */
  readonly versions: Readonly<Record<string, string>>
  /** Its manifest, without the version. */
  readonly manifest: Readonly<Record<string, unknown>> & { readonly name: string }
  /** The rest of its files. */
  readonly files: Readonly<Record<string, string>>
}

const todo = `import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

async function todo({ arguments: { folder } }) {
  const found = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const lines = (await readFile(file, 'utf8')).split('\\n')
    found.push(...lines.filter((line) => line.includes('TODO')).map((line) => file + ': ' + line.trim()))
  }
  return found.join('\\n')
}

export default { commands: { todo } }
`

const releaseNotes = `import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

async function notes({ arguments: { from }, options: { title } }) {
  const { stdout } = await promisify(execFile)('git', ['log', '--format=- %s', from + '..HEAD'])
  return '## ' + title + '\\n\\n' + stdout
}

export default { commands: { notes } }
`

const releaseNotesReadme = `# release-notes

Turns the commits since a tag into notes that people can read.

\`\`\`sh
mb notes v1.3.0
mb notes v1.3.0 --title 'What is new'
\`\`\`

| option    | what it does             | default     |
| --------- | ------------------------ | ----------- |
| \`--title\` | the heading of the notes | \`Changes\` |

## What it asks for

It starts \`git log\`, and nothing else. It reads the folder you are in, because that is where the history is.
`

const linkCheck = `import { readFile } from 'node:fs/promises'

async function links({ arguments: { file } }) {
  const text = await readFile(file, 'utf8')
  const addresses = [...text.matchAll(/https:\\/\\/docs\\.example\\.org\\/[^\\s)]*/g)].map(([address]) => address)
  const answers = await Promise.all(addresses.map((address) => fetch(address, { method: 'HEAD' })))
  return answers.filter(({ ok }) => !ok).map(({ url, status }) => status + ' ' + url).join('\\n')
}

export default { commands: { links } }
`

const sortJson = `import { readFile } from 'node:fs/promises'

async function sort({ arguments: { file } }) {
  const value = JSON.parse(await readFile(file, 'utf8'))
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort()), null, 2)
}

export default { commands: { 'sort-json': sort } }
`

const file = { name: 'file', type: 'file', required: true }

/** The plugins of the pictures, beside those of the \`examples\` folder. */
export const examplePlugins: readonly ExamplePlugin[] = [
  {
    namespace: 'ada',
    versions: { '1.0.2': '2026-10-28T09:30:00Z' },
    manifest: {
      name: 'sort-json',
      description: 'Sorts the keys of a JSON file',
      author: 'Ada Example',
      license: 'MIT',
      entry: 'dist/index.mjs',
      commands: [{ name: 'sort-json', summary: 'Sort the keys of a file', arguments: [file] }],
    },
    files: { 'dist/index.mjs': sortJson },
  },
  {
    namespace: 'ada',
    versions: { '2.1.0': '2026-11-12T14:05:00Z' },
    manifest: {
      name: 'link-check',
      description: 'Finds links in Markdown that lead nowhere any more',
      author: 'Ada Example',
      license: 'Apache-2.0',
      entry: 'dist/index.mjs',
      commands: [{ name: 'links', summary: 'Check the links of a file', arguments: [file] }],
      permissions: {
        net: [
          {
            host: '*.example.org',
            ports: [443],
            methods: ['HEAD'],
            reason: 'asks whether a page is there',
          },
        ],
      },
    },
    files: { 'dist/index.mjs': linkCheck },
  },
  {
    namespace: 'acme',
    versions: {
      '1.3.2': '2026-09-02T08:00:00Z',
      '1.4.0': '2026-11-19T16:20:00Z',
    },
    manifest: {
      name: 'release-notes',
      description: 'Writes release notes from the git history',
      author: 'Acme',
      license: 'MIT',
      homepage: 'https://acme.example/release-notes',
      repository: 'https://git.acme.example/release-notes',
      keywords: ['git', 'markdown', 'release'],
      entry: 'dist/index.mjs',
      commands: [
        {
          name: 'notes',
          summary: 'Write the notes of a release',
          arguments: [{ name: 'from', summary: 'The tag to start from', required: true }],
          options: [{ name: 'title', type: 'string', default: 'Changes' }],
        },
      ],
      permissions: {
        fs: { read: [{ path: '${workspace}/**', reason: 'reads the history of the project' }] },
        exec: [{ command: 'git', args: ['log', '**'], reason: 'git tells what was committed' }],
      },
    },
    files: { 'dist/index.mjs': releaseNotes, 'README.md': releaseNotesReadme },
  },
  {
    namespace: 'acme',
    versions: { '0.3.1': '2026-11-20T11:45:00Z' },
    manifest: {
      name: 'todo',
      description: 'Lists what is still to do, from the comments of a project',
      author: 'Acme',
      license: 'MIT',
      entry: 'dist/index.mjs',
      commands: [
        {
          name: 'todo',
          summary: 'List what is to do',
          arguments: [{ name: 'folder', default: '.' }],
        },
      ],
      permissions: {
        fs: { read: [{ path: '${workspace}/**', reason: 'looks for TODO in all files' }] },
      },
    },
    files: { 'dist/index.mjs': todo },
  },
]
