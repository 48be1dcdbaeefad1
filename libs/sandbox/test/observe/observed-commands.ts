import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { LeastPolicy, ObserveOptions } from '@mb/sandbox'

/** A command of everyday life, and the folder that it is for. */
export interface ObservedCommand {
  readonly title: string
  readonly command: string
  readonly args: readonly string[]
  /** Fills the folder that it starts in. */
  readonly prepare: (folder: string) => Promise<void>
  readonly options?: Partial<ObserveOptions>
  /** What its policy is, with paths below the folder as relative ones. */
  readonly policy: Partial<LeastPolicy>
  readonly isQuick?: boolean
}

/** The folder of this Node, which lies in no place of the system. */
const nodeFolder = dirname(process.execPath)
const formatter = createRequire(import.meta.url).resolve('oxfmt/package.json')
const modules = dirname(dirname(formatter))

/**
 * The commands that observing is held to.
 *
 * @param port where a server answers on this machine
 */
export function observedCommands(port: number): readonly ObservedCommand[] {
  return [
    {
      title: 'git status',
      command: 'git',
      args: ['status', '--short'],
      prepare: async (folder) => {
        await makeRepository(folder)
        await writeFile(join(folder, 'notes.txt'), 'changed\n')
      },
      policy: { read: ['.'] },
      isQuick: true,
    },
    {
      title: 'git commit, to a clone of its own',
      command: 'sh',
      args: [
        '-c',
        'git clone -q . /tmp/clone && cd /tmp/clone && echo more >>notes.txt && git -c user.name=A -c user.email=a@example.com commit -qam two && git log --format=%s && git show --stat --format=',
      ],
      prepare: makeRepository,
      policy: { read: ['.git'] },
    },
    {
      title: 'npm pack',
      command: 'npm',
      args: ['pack', '--silent', '--offline'],
      prepare: async (folder) => {
        await writeFile(
          join(folder, 'package.json'),
          JSON.stringify({ name: 'packed', version: '1.2.3', files: ['lib'] }),
        )
        await mkdir(join(folder, 'lib'))
        await writeFile(join(folder, 'lib/index.js'), 'export const one = 1\n')
      },
      policy: { write: ['.'] },
    },
    {
      title: 'a formatter',
      command: 'sh',
      // It prints how long it took.
      args: [
        '-c',
        '"$@" >/dev/null',
        'sh',
        process.execPath,
        join(dirname(formatter), 'bin/oxfmt'),
        'src/untidy.js',
      ],
      prepare: async (folder) => {
        await mkdir(join(folder, 'src'))
        await writeFile(join(folder, 'src/untidy.js'), 'const   a=1;const b = [ a,2 ]\n')
      },
      options: { read: [nodeFolder, modules], checks: 128 },
      policy: { write: ['src/untidy.js'] },
    },
    {
      title: 'tar, making an archive',
      command: 'tar',
      args: ['-cf', 'out/notes.tar', 'docs'],
      prepare: async (folder) => {
        await Promise.all([mkdir(join(folder, 'docs')), mkdir(join(folder, 'out'))])
        await writeFile(join(folder, 'docs/a.md'), '# A\n')
      },
      policy: { read: ['docs'], write: ['out'] },
    },
    {
      title: 'tar, opening an archive',
      command: 'tar',
      args: ['-xf', 'notes.tar', '-C', 'out'],
      prepare: async (folder) => {
        await Promise.all([mkdir(join(folder, 'docs')), mkdir(join(folder, 'out'))])
        await writeFile(join(folder, 'docs/a.md'), '# A\n')
        await promisify(execFile)('tar', ['-C', folder, '-cf', join(folder, 'notes.tar'), 'docs'])
      },
      policy: { read: ['notes.tar'], write: ['out'] },
    },
    {
      title: 'curl',
      command: 'curl',
      args: ['-sS', '--fail', '-o', 'out/page.txt', `http://localhost:${port}/page`],
      prepare: async (folder) => {
        await mkdir(join(folder, 'out'))
      },
      options: { net: [{ host: 'localhost', ports: [port] }, { host: 'unused.example' }] },
      policy: { write: ['out'], net: [{ host: 'localhost', ports: [port] }] },
    },
    {
      title: 'a Python script',
      command: 'python3',
      args: ['report.py'],
      prepare: async (folder) => {
        await writeFile(join(folder, 'numbers.txt'), '1\n2\n3\n')
        await writeFile(
          join(folder, 'report.py'),
          'import os\nwith open("numbers.txt") as numbers:\n    print(os.environ.get("TITLE"), sum(map(int, numbers)))\n',
        )
      },
      options: { env: { TITLE: 'Sum', UNUSED: '1' } },
      policy: { read: ['numbers.txt', 'report.py'], env: ['TITLE'] },
      isQuick: true,
    },
    {
      title: 'a Node script',
      command: process.execPath,
      args: ['build.mjs'],
      prepare: async (folder) => {
        await Promise.all([mkdir(join(folder, 'src')), mkdir(join(folder, 'dist'))])
        await writeFile(join(folder, 'src/page.md'), '# Hello\n')
        await writeFile(
          join(folder, 'build.mjs'),
          "import { readFileSync, writeFileSync } from 'node:fs'\nconst page = readFileSync('src/page.md', 'utf8')\nwriteFileSync('dist/page.html', process.env.MODE + page)\n",
        )
      },
      options: { read: [nodeFolder], env: { MODE: 'draft' } },
      policy: {
        read: [process.execPath, 'build.mjs', 'src/page.md'],
        write: ['dist'],
        env: ['MODE'],
      },
    },
    {
      title: 'sed -i',
      command: 'sed',
      args: ['-i', 's/mice/cats/', 'text/song.txt'],
      prepare: async (folder) => {
        await mkdir(join(folder, 'text'))
        await writeFile(join(folder, 'text/song.txt'), 'three blind mice\n')
      },
      policy: { write: ['text'] },
      isQuick: true,
    },
    {
      title: 'a shell script with pipes',
      command: 'sh',
      args: ['count.sh'],
      prepare: async (folder) => {
        await writeFile(join(folder, 'words.txt'), 'b\na\nb\n')
        await writeFile(
          join(folder, 'count.sh'),
          'sort <words.txt | uniq -c | tr -s " " >>log.txt\n',
        )
        await writeFile(join(folder, 'log.txt'), '')
      },
      policy: { read: ['count.sh', 'words.txt'], write: ['log.txt'] },
    },
    {
      title: 'make',
      command: 'make',
      args: ['-s'],
      prepare: async (folder) => {
        await mkdir(join(folder, 'out'))
        await writeFile(join(folder, 'in.txt'), 'text\n')
        await writeFile(
          join(folder, 'Makefile'),
          'out/copy.txt: in.txt\n\tcp in.txt out/copy.txt\n',
        )
      },
      // It lists the folder.
      policy: { read: ['.'], write: ['out'] },
    },
  ]
}

async function makeRepository(folder: string): Promise<void> {
  await writeFile(join(folder, 'notes.txt'), 'one\n')
  const run = promisify(execFile)
  const settings = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'gc.auto=0']
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    ['commit', '-qm', 'one'],
  ])
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await run('git', ['-C', folder, ...settings, ...args])
}
