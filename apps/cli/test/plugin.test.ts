import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { Place } from './mb.ts'

const manifest = `name: notes
version: 1.0.0
description: Prints an outline
author: Ada
license: MIT
entry: dist/index.mjs
commands:
  - name: outline
    summary: Print the headings of a file
    arguments: [{ name: file, type: file, required: true }]
    options: [{ name: depth, short: d, type: integer, default: 6 }]
  - name: count
    summary: Count what comes in
  - name: steal
    summary: Read what nobody named
    arguments: [{ name: path, required: true }]
`

const code = `import { readFileSync } from 'node:fs'
export default {
  commands: {
    outline: ({ arguments: { file }, options: { depth } }) => {
      const heading = new RegExp('^#{1,' + depth + '} ')
      return readFileSync(file, 'utf8').split('\\n').filter((line) => heading.test(line)).join('\\n')
    },
    count: async () => {
      let length = 0
      for await (const chunk of process.stdin) length += chunk.length
      console.log('counted')
      return { length }
    },
    steal: ({ arguments: { path } }) => readFileSync(path, 'utf8'),
  },
}
`

async function installed(): Promise<Place> {
  const place = await Place.open()
  const directory = join(place.root, 'plugin')
  await mkdir(join(directory, 'dist'), { recursive: true })
  await writeFile(join(directory, 'plugin.yaml'), manifest)
  await writeFile(join(directory, 'dist/index.mjs'), code)
  await writeFile(join(place.folder, 'README.md'), '# One\n\n## Two\n')
  expect(await place.mb(['plugin', 'install', directory, '--yes'])).toMatchObject({ code: 0 })
  return place
}

describe("a plugin's command", () => {
  it('is listed, explained and completed without being loaded', async () => {
    await using place = await installed()
    expect((await place.mb(['--help'])).stdout).toContain(
      'Commands of plugins\n  count    Count what comes in (local/notes)\n  outline  Print the headings of a file (local/notes)\n',
    )
    for (const words of [['outline'], ['plugin', 'run', 'notes', 'outline']]) {
      const { stdout } = await place.mb([...words, '--help'])
      expect(stdout).toContain(`Usage\n  mb ${words.join(' ')} [OPTION]... FILE\n`)
      expect(stdout).toContain('-d, --depth INTEGER')
    }
    expect((await place.mb(['__complete', 'outl'])).stdout).toBe(
      'none\noutline\tPrint the headings of a file\n',
    )
  })

  it('is gone while its plugin is disabled', async () => {
    await using place = await installed()
    await place.mb(['plugin', 'disable', 'notes'])
    expect(await place.mb(['outline', 'README.md'])).toMatchObject({ code: 2 })
    const byName = await place.mb(['plugin', 'run', 'notes', 'outline', 'README.md'])
    expect(byName.stderr).toContain('(MB_PLUGIN_DISABLED)')
    expect(byName.code).toBe(3)
    // Somebody types what it is called, which is no command.
    const byItsName = await place.mb(['notes'])
    expect(byItsName.code).toBe(2)
    expect(byItsName.stderr).toContain(
      'hint  There is a plugin of that name: `mb plugin info notes` shows its commands, and whether it is switched on\n',
    )
  })

  it('is told where a name is nothing here, and where a folder holds no plugin', async () => {
    await using place = await Place.open()
    await mkdir(join(place.folder, 'empty'))
    const nowhere = await place.mb(['plugin', 'install', 'acme/nots'])
    expect(nowhere.code).toBe(4)
    expect(nowhere.stderr).toContain(
      'Cannot install "acme/nots": nothing of that name is here, and no marketplace is set up',
    )
    expect(nowhere.stderr).toContain('mb marketplace repositories add')
    const empty = await place.mb(['plugin', 'install', './empty'])
    expect(empty.code).toBe(4)
    expect(empty.stderr).toContain(
      `Cannot read plugin in "${join(place.folder, 'empty')}": it has no plugin.yaml`,
    )
  })

  it.skipIf(isSkipped)(`reads standard input, with --json too${skipReason}`, async () => {
    await using place = await installed()
    const plain = await place.mb(['count'], { input: 'four' })
    const json = await place.mb(['count', '--json'], { input: 'four' })
    expect([plain.stdout, JSON.parse(json.stdout).value]).toEqual(['counted\n', { length: 4 }])
  })

  it('is refused for what it cannot take', async () => {
    await using place = await installed()
    for (const [args, error] of [
      [['outline'], 'FILE is missing (MB_CLI_USAGE)'],
      [['outline', 'README.md', '--dept', '1'], 'unknown option "--dept" (MB_CLI_USAGE)'],
      [['outline', 'README.md', '--depth', 'deep'], '(MB_PLUGIN_USAGE)'],
      [['outline', 'absent.md'], '(MB_PLUGIN_USAGE)'],
      [['plugin', 'run', 'notes', 'outlin'], '(MB_CLI_COMMAND_UNKNOWN)'],
    ] as const) {
      const run = await place.mb(args)
      expect(run.stderr).toContain(error)
      expect(run.code).toBe(2)
    }
    expect(await place.mb(['plugin', 'run', 'nots', 'outline'])).toMatchObject({ code: 4 })
  })

  it.skipIf(isSkipped)(`reads the file that was named, and no other${skipReason}`, async () => {
    await using place = await installed()
    await writeFile(join(place.folder, 'secret.txt'), 'canary')
    for (const words of [['outline'], ['plugin', 'run', 'local/notes', 'outline']])
      expect(await place.mb([...words, 'README.md'])).toEqual({
        code: 0,
        stdout: '# One\n## Two\n',
        stderr: '',
      })
    expect((await place.mb(['outline', 'README.md', '-d', '1'])).stdout).toBe('# One\n')
    const theft = await place.mb(['steal', join(place.folder, 'secret.txt')])
    expect(theft.code).toBe(1)
    expect(theft.stdout + theft.stderr).not.toContain('canary')
  })

  it.skipIf(isSkipped)(`gives value, receipt and usage with --json${skipReason}`, async () => {
    await using place = await installed()
    const { code: exitCode, stdout } = await place.mb(['outline', 'README.md', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      plugin: 'local/notes',
      command: 'outline',
      value: '# One\n## Two',
      receipt: { level: 'sandbox' },
      usage: { cpuMs: expect.any(Number) },
    })
  })

  it.skipIf(isSkipped)(`does not run once its grant is taken back${skipReason}`, async () => {
    await using place = await installed()
    await place.mb(['plugin', 'revoke', 'notes'])
    expect(await place.mb(['outline', 'README.md'])).toMatchObject({ code: 3, stdout: '' })
    await place.mb(['plugin', 'approve', 'notes', '--yes'])
    expect(await place.mb(['outline', 'README.md'])).toMatchObject({ code: 0 })
  })
})
