import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { Place, program } from './mb.ts'

const greedy = ['perl', '-e', 'my @x; push @x, "a" x 1e7 while 1']
const crowd = ['sh', '-c', 'for i in 1 2 3 4 5 6 7 8; do sleep 20 & done; wait']
const writer = ['sh', '-c', 'exec head -c 1048576 /dev/zero > big']
// Slow enough to be looked at before it has printed more than is kept of it.
const chatter = ['sh', '-c', 'while :; do echo and on and on; done']

describe.skipIf(isSkipped)(`a limit of mb sandbox run${skipReason}`, () => {
  it.each([
    [
      '--time',
      '300ms',
      ['sleep', '20'],
      124,
      'wallMs',
      /^time: 300 ms, used (?:[3-9]\d\d ms|\d+\.\d s)$/,
    ],
    [
      '--cpu',
      '1s',
      ['sh', '-c', 'while :; do :; done'],
      124,
      'cpuSeconds',
      /^CPU time: 1\.0 s, used [1-9]\d*\.\d s$/,
    ],
    ['--memory', '64M', greedy, 137, 'memoryBytes', /^memory: 64\.0 MiB, used \d+\.\d MiB$/],
    ['--processes', '4', crowd, 124, 'processes', /^processes: 4, used \d+$/],
    ['--threads', '4', crowd, 124, 'threads', /^threads: 4, used \d+$/],
    [
      '--file-size',
      '100K',
      writer,
      124,
      'fileBytes',
      /^size of a file: 100\.0 KiB, used 100\.0 KiB$/,
    ],
    ['--output', '10K', chatter, 124, 'outputBytes', /^output: 10\.0 KiB, used \d+\.\d [KM]iB$/],
  ])(
    '%s %s is told with its value and what was used',
    async (option, value, command, code, limit, words) => {
      await using place = await Place.open()
      const args = ['sandbox', 'run', '--write', '.', option, value]
      const run = await place.mb([...args, '--', ...command])
      expect(run.code).toBe(code)
      const [, told] = /^ended by its limit of (.*)$/m.exec(run.stderr) ?? []
      expect(told).toMatch(words)
      const json = await place.mb([...args, '--json', '--', ...command])
      expect(json.code).toBe(code)
      expect(JSON.parse(json.stdout)).toMatchObject({
        exceeded: { limit, value: expect.any(Number), used: expect.any(Number) },
        violations: [{ kind: 'limit', name: limit, count: expect.any(Number) }],
        usage: { wallMs: expect.any(Number), cpuMs: expect.any(Number) },
        receipt: { level: 'sandbox' },
      })
    },
  )

  it('--json keeps what was printed until then', async () => {
    await using place = await Place.open()
    const args = ['sandbox', 'run', '--json', '--time', '1s']
    const { stdout } = await place.mb([...args, '--', 'sh', '-c', 'echo so far; sleep 20'])
    expect(JSON.parse(stdout)).toMatchObject({ stdout: 'so far\n', exceeded: { limit: 'wallMs' } })
  })

  it('--output passes on what is within it, of both streams, and the exit code', async () => {
    await using place = await Place.open()
    const args = ['sandbox', 'run', '--output', '1M', '--', 'sh', '-c']
    const script = 'head -c 100000 /dev/zero | tr "\\0" x; echo aside >&2; exit 3'
    const { code, stdout, stderr } = await place.mb([...args, script])
    expect({ code, length: stdout.length, stderr }).toEqual({
      code: 3,
      length: 100_000,
      stderr: 'aside\n',
    })
  })

  it('--output passes on no byte more, however fast they come', async () => {
    await using place = await Place.open()
    const { code, stdout } = await place.mb(['sandbox', 'run', '--output', '10K', '--', 'yes'])
    expect({ code, stdout }).toEqual({ code: 124, stdout: 'y\n'.repeat(5120) })
  })

  it('--output lets the reader stop before the end', async () => {
    await using place = await Place.open()
    const words = [process.execPath, program, 'sandbox', 'run', '--output', '1G', '--', 'yes']
    const quoted = words.map((word) => `'${word}'`).join(' ')
    const shell = spawnSync('sh', ['-c', `${quoted} | head -n 1`], {
      env: place.env,
      encoding: 'utf8',
      timeout: 60_000,
    })
    // What the command itself says of it is its own.
    expect(shell).toMatchObject({ status: 0, stdout: 'y\n' })
    expect(shell.stderr).not.toContain('MB_')
  })

  it('--tmp is the room in /tmp', async () => {
    await using place = await Place.open()
    const fill = ['sh', '-c', 'head -c 1048576 /dev/zero > /tmp/x']
    const small = await place.mb(['sandbox', 'run', '--tmp', '64K', '--', ...fill])
    expect(small.code).not.toBe(0)
    expect((await place.mb(['sandbox', 'run', '--tmp', '4M', '--', ...fill])).code).toBe(0)
  })

  it('--open-files tells the command that there are no more', async () => {
    await using place = await Place.open()
    await writeFile(join(place.folder, 'few'), '')
    const script = ['perl', '-e', 'for (1..100) { open my $f, "<", "few" or exit 9; push @f, $f }']
    const run = ['sandbox', 'run', '--read', '.']
    expect((await place.mb([...run, '--open-files', '32', '--', ...script])).code).toBe(9)
    expect((await place.mb([...run, '--open-files', '200', '--', ...script])).code).toBe(0)
  })

  it.each([
    ['--cpu', 'soon'],
    ['--processes', '0'],
    ['--threads', '1.5'],
    ['--file-size', '-1'],
    ['--written', 'all'],
    ['--output', ''],
    ['--tmp', '1'],
    ['--open-files', '3'],
    ['--env', '1A=x'],
    ['--cwd', ''],
    ['--deny', ''],
  ])('%s %s is refused with 2 and a hint', async (option, value) => {
    await using place = await Place.open()
    const { code, stdout } = await place.mb([
      'sandbox',
      'run',
      '--json',
      option,
      value,
      '--',
      'true',
    ])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'MB_CLI_VALUE', hint: expect.any(String) },
    })
  })
})
