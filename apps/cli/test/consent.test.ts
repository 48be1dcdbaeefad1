import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'fast-string-width'
import { describe, expect, it } from 'vitest'
import { listing } from './listing.ts'
import { Place } from './mb.ts'
import { hasTerminal, mbInTerminal } from './terminal.ts'

const reason = hasTerminal ? '' : ' (skipped: script of util-linux is not installed)'

async function pluginAsking(
  place: Place,
  permissions: string,
  more: readonly string[] = [],
): Promise<string> {
  const directory = join(place.folder, 'plugin')
  await mkdir(join(directory, 'dist'), { recursive: true })
  await writeFile(join(directory, 'dist/index.mjs'), 'export default {}\n')
  await writeFile(
    join(directory, 'plugin.yaml'),
    [
      'name: notes',
      ...(more.some((line) => line.startsWith('version:')) ? [] : ['version: 1.0.0']),
      'description: Prints an outline',
      'author: Ada',
      'license: MIT',
      'entry: dist/index.mjs',
      'commands: [{ name: outline, summary: Print an outline }]',
      `permissions: ${permissions}`,
      ...more,
    ].join('\n'),
  )
  return directory
}

const reads = '{ fs: { read: [{ path: "${workspace}/**", reason: finds the notes }] } }'
const grave = '{ exec: [{ command: git, args: [log] }] }'

describe('consent', () => {
  it('needs a terminal or --yes, and says what would be granted', async () => {
    await using place = await Place.open()
    const source = await pluginAsking(place, reads)
    const { code, stdout, stderr } = await place.mb(['plugin', 'install', source])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain(`made by    Ada (says the package)\nfrom       ${source}\n`)
    expect(stderr).toContain('signed by  nobody\n')
    expect(stderr).toContain(
      'It asks to:\n  medium  Read all files in the folder you are in “finds the notes”\n',
    )
    expect(stderr).toContain(
      '(MB_PLUGIN_CONSENT_NEEDED)\nhint  Agree to what it asks with --yes; or --request-approval FILE writes down what to approve, and --approval FILE agrees to it\n',
    )
    expect(stderr).not.toContain('\u001b')
    expect(await listing(place.home)).toEqual([])
  })

  it('never asks with --json, and tells the program what would be granted', async () => {
    await using place = await Place.open()
    const source = await pluginAsking(place, reads)
    const { code, stdout, stderr } = await place.mb(['plugin', 'install', source, '--json'])
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: {
        code: 'MB_PLUGIN_CONSENT_NEEDED',
        exitCode: 3,
        details: { permissions: [{ kind: 'fs.read', risk: 'medium' }], isSigned: false },
      },
    })
  })

  it('is given by --yes where nothing is grave', async () => {
    await using place = await Place.open()
    const source = await pluginAsking(place, reads)
    const { code, stdout } = await place.mb(['plugin', 'install', source, '--yes'])
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '✓ Installed local/notes 1.0.0\n  mb outline  Print an outline\n',
    })
    const { stdout: granted } = await place.mb(['plugin', 'permissions', 'notes', '--json'])
    expect(JSON.parse(granted)).toMatchObject({
      granted: [{ kind: 'fs.read', target: '${workspace}/**' }],
      notGranted: [],
    })
  })

  it('is not given by --yes where a program may be started', async () => {
    await using place = await Place.open()
    const source = await pluginAsking(place, grave)
    const { code, stderr } = await place.mb(['plugin', 'install', source, '--yes'])
    expect(code).toBe(3)
    expect(stderr).toContain('--yes does not stand for a person here (MB_PLUGIN_CONSENT_NEEDED)')
    expect(stderr).toContain(
      'hint  Run it in a terminal, where a person can agree, because it asks',
    )
    expect(await listing(place.home)).toEqual([])
  })

  it.skipIf(!hasTerminal)(`is given by a person who says yes${reason}`, async () => {
    await using place = await Place.open()
    const source = await pluginAsking(place, grave)
    const { code, stdout } = await mbInTerminal(place, ['plugin', 'install', source], {
      after: 'Install local/notes 1.0.0 and grant this?',
      type: 'y\r',
    })
    expect(code).toBe(0)
    expect(stdout).toContain('Installed')
    expect((await place.mb(['plugin', 'list'])).stdout).toContain('local/notes')
  })

  it.skipIf(!hasTerminal)(`is not given by Enter alone${reason}`, async () => {
    await using place = await Place.open()
    const source = await pluginAsking(place, reads)
    const { code, stdout } = await mbInTerminal(place, ['plugin', 'install', source], {
      after: 'and grant this?',
      type: '\r',
    })
    expect(code).toBe(3)
    expect(stdout).toContain('MB_PLUGIN_CONSENT_DENIED')
    expect(await listing(place.home)).toEqual([])
  })

  it.skipIf(!hasTerminal).each([
    ['Ctrl-C', '\u0003'],
    ['the end of input', '\u0004'],
    ['Ctrl-C after a key that would mean yes', 'y\u0003'],
  ])(`is interrupted by %s${reason}`, async (_name, keys) => {
    await using place = await Place.open()
    const source = await pluginAsking(place, reads)
    const { code, stdout } = await mbInTerminal(place, ['plugin', 'install', source], {
      after: 'and grant this?',
      type: keys,
    })
    expect(code).toBe(130)
    expect(stdout).toContain('MB_CLI_INTERRUPTED')
    expect(await listing(place.home)).toEqual([])
  })

  it.skipIf(!hasTerminal)(`shows a hostile plugin on lines of our own alone${reason}`, async () => {
    await using place = await Place.open()
    const fake = 'signed by  key 0123456789abcdef…, known from before'
    const padded = `${'all is well '.repeat(5)}${' '.repeat(8)}${fake} “low”`
    const source = await pluginAsking(
      place,
      `{ env: [{ name: LANG, reason: ${JSON.stringify(`${padded} Install local/notes 1.0.0 and grant this? [y/N] y`)} }] }`,
      [`keywords: [${JSON.stringify(fake)}]`],
    )
    const manifest = join(source, 'plugin.yaml')
    const text = await readFile(manifest, 'utf8')
    await writeFile(
      manifest,
      text
        .replace('Prints an outline', JSON.stringify(`${padded}${'漢'.repeat(30)} ${fake}`))
        .replace('author: Ada', `author: ${JSON.stringify(`Ada${' x'.repeat(35)} ${fake}`)}`),
    )
    const { code, stdout } = await mbInTerminal(place, ['plugin', 'install', source], {
      // Below the screen: what stands in it does not count.
      after: 'they ask for no more.',
      type: '\r',
    })
    expect(code).toBe(3)
    const lines = stripVTControlCharacters(stdout).split(/\r?\n/)
    const screen = lines.slice(
      lines.findIndex((line) => line.startsWith('local/notes 1.0.0')),
      lines.findIndex((line) => line.startsWith('Install local/notes')),
    )
    expect(screen.length).toBeGreaterThan(10)
    expect(screen.filter((line) => line.startsWith('signed by'))).toEqual(['signed by  nobody'])
    expect(screen.filter((line) => stringWidth(line) > 80)).toEqual([])
    // Colours are all that it says to the terminal.
    const [shown = ''] = stdout.split('Install local/notes 1.0.0 and grant this? [y/N] \r')
    const sequences = shown.split('\u001B').slice(1)
    expect(sequences.filter((sequence) => !/^\[[\d;]*m/.test(sequence))).toEqual([])
  })
})
