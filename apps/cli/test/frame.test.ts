import { existsSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { commands, groups } from '../src/commands/index.ts'
import { listing } from './listing.ts'
import { Place, program } from './mb.ts'

const run = promisify(execFile)
const names = commands.map((command) => command.path.join(' '))
const takesNothing = commands.filter((command) =>
  command.arguments.every((argument) => argument.required !== true),
)

describe('mb', () => {
  it('says its version, alone on a line', async () => {
    await using place = await Place.open()
    const facts: unknown = JSON.parse(
      await readFile(join(import.meta.dirname, '../package.json'), 'utf8'),
    )
    for (const argv of [['--version'], ['-V']])
      expect(await place.mb(argv)).toEqual({
        code: 0,
        stdout: `${String(Reflect.get(Object(facts), 'version'))}\n`,
        stderr: '',
      })
  })

  it('explains itself when nothing is asked', async () => {
    await using place = await Place.open()
    const bare = await place.mb([])
    expect(bare).toEqual(await place.mb(['--help']))
    expect(bare).toMatchObject({ code: 0, stderr: '' })
    for (const group of groups.filter((each) => each.path.length === 1))
      expect(bare.stdout).toContain(group.summary)
  })

  it.each(groups.map((group) => group.path))(
    'explains %s %s when no command of it is asked',
    async (...words) => {
      await using place = await Place.open()
      const bare = await place.mb(words)
      expect(bare).toEqual(await place.mb([...words, '--help']))
      expect(bare).toMatchObject({ code: 0, stderr: '' })
      const value: unknown = JSON.parse((await place.mb([...words, '--json'])).stdout)
      expect(value).toMatchObject({ path: words, commands: expect.any(Array) })
    },
  )

  it.each(names)('%s --help explains, and with --json gives one value', async (name) => {
    await using place = await Place.open()
    const words = name.split(' ')
    const help = await place.mb([...words, '--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain(`mb ${name}`)
    const value: unknown = JSON.parse((await place.mb([...words, '--help', '--json'])).stdout)
    expect(value).toMatchObject({ path: words })
    expect(await listing(place.home)).toEqual([])
  })

  it.each(commands.filter((each) => !takesNothing.includes(each)).map((each) => each.path))(
    '%s %s without its arguments is a usage error',
    async (...words) => {
      await using place = await Place.open()
      const { code, stdout, stderr } = await place.mb(words)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^error Cannot run "mb .*": \S+ is missing \(MB_CLI_USAGE\)\nhint /)
      expect(await listing(place.home)).toEqual([])
    },
  )

  it.each(
    commands.map(({ path, options }) => ({
      name: path.join(' '),
      required: options.flatMap(({ name, isRequired }) =>
        isRequired === true ? [`--${name}=x`] : [],
      ),
    })),
  )('$name refuses an unknown option, for people and for programs', async ({ name, required }) => {
    await using place = await Place.open()
    const words = [...name.split(' '), ...required, '--frobnicate']
    const forPeople = await place.mb(words)
    expect(forPeople).toMatchObject({ code: 2, stdout: '' })
    expect(forPeople.stderr).toContain('unknown option "--frobnicate" (MB_CLI_USAGE)\nhint ')
    const forPrograms = await place.mb(['--json', ...words])
    expect(forPrograms).toMatchObject({ code: 2, stderr: '' })
    expect(JSON.parse(forPrograms.stdout)).toEqual({
      ok: false,
      error: {
        code: 'MB_CLI_USAGE',
        message: `Cannot run "mb ${name}": unknown option "--frobnicate"`,
        hint: `\`mb ${name} --help\` explains the command`,
        exitCode: 2,
      },
    })
  })

  it.each([
    [['plugn'], 'MB_CLI_COMMAND_UNKNOWN', 'Did you mean `mb plugin`?'],
    [['plugin', 'instal'], 'MB_CLI_COMMAND_UNKNOWN', 'Did you mean `mb plugin install`?'],
    [['help', 'sdk', 'kys'], 'MB_CLI_COMMAND_UNKNOWN', 'Did you mean `mb sdk keys`?'],
    [['plugin', '-v'], 'MB_CLI_COMMAND_MISSING', 'One of install, update, health,'],
    [['sdk', 'keys', '--debug'], 'MB_CLI_COMMAND_MISSING', 'One of create, list,'],
    [['--frob'], 'MB_CLI_USAGE', '`mb --help` lists the options'],
    [['__proto__'], 'MB_CLI_COMMAND_UNKNOWN', '`mb --help` lists the commands'],
    [
      ['status', '--config'],
      'MB_CLI_USAGE',
      'Write it as --config FILE; `mb status --help` explains the command',
    ],
    [['-c'], 'MB_CLI_USAGE', 'Write it as --config FILE; `mb --help` explains the command'],
    [['-v'], 'MB_CLI_COMMAND_MISSING', 'One of marketplace, plugin, sdk,'],
  ])('answers %j with %s', async (argv, code, hint) => {
    await using place = await Place.open()
    const result = await place.mb(argv)
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toContain(code)
    expect(result.stderr).toContain(`\nhint  ${hint}`)
  })

  it('prints no escape sequence of a stranger, whoever it comes from', async () => {
    await using place = await Place.open()
    const { stderr } = await place.mb(['evil\u001b[2J\u009b1m\u202e'])
    expect(stderr).toContain('Cannot run "mb evil [2J 1m "')
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('colours when told to, and never with NO_COLOR', async () => {
    await using place = await Place.open()
    const forced = await place.mb(['frob'], { env: { FORCE_COLOR: '1' } })
    expect(forced.stderr).toContain('\u001b[31merror\u001b[39m')
    const plain = await place.mb(['frob'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })
    expect(plain.stderr).toMatch(/^error /m)
    const switched = await place.mb(['--no-color', 'frob'], { env: { FORCE_COLOR: '1' } })
    expect(switched.stderr).toMatch(/^error /)
  })

  it('shows where an error comes from with --debug alone', async () => {
    await using place = await Place.open()
    expect((await place.mb(['frob'])).stderr).not.toContain('    at ')
    expect((await place.mb(['--debug', 'frob'])).stderr).toContain('    at ')
  })

  it('is quiet when its reader goes away', async () => {
    await using place = await Place.open()
    const line = `"${process.execPath}" "${program}" --help | head -c 1; exit "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = await run('bash', ['-c', line], { env: place.env })
    expect({ stdout, stderr }).toEqual({ stdout: 'm', stderr: '' })
  })

  it.runIf(existsSync('/dev/full'))('tells when what it prints gets nowhere', async () => {
    await using place = await Place.open()
    for (const words of ['--help', 'completion bash', 'version', 'plugin list --json']) {
      const line = `"${process.execPath}" "${program}" ${words} >/dev/full; echo "code $?"`
      const { stdout, stderr } = await run('bash', ['-c', line], { env: place.env })
      expect(stdout).toBe('code 1\n')
      expect(stderr).toBe(
        'error Cannot go on: ENOSPC: no space left on device, write (MB_CLI_SYSTEM)\nhint  Free some space\n',
      )
    }
  })

  it('makes no home by only looking', async () => {
    await using place = await Place.open()
    for (const argv of [
      [],
      ['--version'],
      ['version'],
      ['plugin', 'list'],
      ['sdk', 'keys', 'list'],
    ])
      expect(await place.mb(argv)).toMatchObject({ code: 0 })
    expect(await listing(place.root)).toEqual([expect.stringMatching(/^d700 0 here-/)])
  })

  it('keeps compiled code in a cache that is there, and makes none', async () => {
    await using place = await Place.open()
    const cache = join(place.root, 'cache')
    await place.mb(['version'], { env: { XDG_CACHE_HOME: cache } })
    expect(await listing(cache)).toEqual([])
    await mkdir(cache)
    await place.mb(['version'], { env: { XDG_CACHE_HOME: cache } })
    const made = await listing(cache)
    expect(made).toContainEqual(expect.stringContaining(' milkbottle/compile'))
    expect(made).toContainEqual(expect.stringMatching(/^d700 0 milkbottle\/start$/))
    expect(made).toContainEqual(expect.stringMatching(/^f600 \d+ milkbottle\/start\/main-v/))
    expect(await listing(place.home)).toEqual([])
  })

  it.each(takesNothing.map((command) => command.path.join(' ')))(
    '%s --json prints one value',
    async (name) => {
      await using place = await Place.open()
      const { stdout } = await place.mb([...name.split(' '), '--json'])
      expect(() => {
        JSON.parse(stdout)
      }).not.toThrow()
    },
  )
})
