import { spawn, type ChildProcess } from 'node:child_process'
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask } from './ask-proxy.ts'
import { isSkipped, skipReason } from './engine.ts'
import { ended, Place, program, type MbRun } from './mb.ts'
import { portOf, serve } from './served-host.ts'

let server: Server
let port: number
let asked: string[]

beforeEach(async () => {
  asked = []
  server = await serve(({ url = '' }) => {
    asked.push(url)
    return 'served\n'
  })
  port = portOf(server)
})

afterEach(() => {
  server.close()
  server.closeAllConnections()
})

const mostBytes = 8 * 1024 * 1024

/** Runs it with a record that may become so much larger: a full disk, for this one file alone. */
function limited(place: Place, room: number, args: readonly string[]): ChildProcess {
  const file = join(place.folder, 'audit.jsonl')
  writeFileSync(file, '')
  truncateSync(file, mostBytes - room - 1)
  appendFileSync(file, '\n')
  return spawn('prlimit', [`--fsize=${mostBytes}`, process.execPath, program, ...args], {
    cwd: place.folder,
    env: place.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function linesOf(place: Place): Promise<readonly unknown[]> {
  const text = await readFile(join(place.folder, 'audit.jsonl'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

describe.skipIf(isSkipped)(`mb sandbox run --audit${skipReason}`, () => {
  it('adds each decision, and the report as the last line, for the owner alone', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--net', `127.0.0.1:${port}`, '--audit', 'audit.jsonl']
    await place.mb([...run, ...ask(`http://127.0.0.1:${port}/`)])
    await place.mb([...run, ...ask('http://127.0.0.1:9/')])
    const file = join(place.folder, 'audit.jsonl')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'started', command: 'perl' },
      { kind: 'decided', host: '127.0.0.1', port, method: 'GET', allowed: true },
      { kind: 'ended', host: '127.0.0.1', port, allowed: true, bytesDown: 7 },
      { kind: 'report', command: 'perl', permissions: { read: [] }, network: [{ allowed: 1 }] },
      { kind: 'started', command: 'perl' },
      { kind: 'decided', port: 9, allowed: false, reason: 'not-granted' },
      { kind: 'report', violations: expect.any(Array), network: [{ refused: 1 }] },
    ])
  })

  it('records a run without connections, too', async () => {
    await using place = await Place.open()
    await place.mb(['sandbox', 'run', '--audit', 'audit.jsonl', '--', 'true'])
    expect(await linesOf(place)).toMatchObject([
      { kind: 'started', command: 'true' },
      { kind: 'report', command: 'true', violations: [], network: [] },
    ])
  })

  it('records that there was no result, and why', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--audit', 'audit.jsonl', '--', 'no-such-command']
    expect((await place.mb(run)).code).toBe(127)
    expect(await linesOf(place)).toMatchObject([
      { kind: 'started', command: 'no-such-command' },
      { kind: 'failed', command: 'no-such-command', code: 'MB_SANDBOX_COMMAND_MISSING' },
    ])
  })

  it('begins a line of its own after the half of one', async () => {
    await using place = await Place.open()
    await writeFile(join(place.folder, 'audit.jsonl'), '{"kind":"ol')
    await place.mb(['sandbox', 'run', '--audit', 'audit.jsonl', '--', 'true'])
    const lines = (await readFile(join(place.folder, 'audit.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe('{"kind":"ol')
  })

  it('runs nothing where it cannot record even that', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--write', '.', '--audit', 'audit.jsonl', '--', 'touch', 'ran']
    const { code, stderr } = await ended(limited(place, 0, run))
    expect(code).toBe(126)
    expect(stderr).toContain('": EFBIG (MB_CLI_AUDIT)\n')
    await expect(stat(join(place.folder, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('cannot be read nor changed by the command, although it lies in what is granted', async () => {
    await using place = await Place.open()
    const script = 'cat audit.jsonl; echo forged > audit.jsonl; rm -f audit.jsonl; true'
    const run = ['sandbox', 'run', '--write', '.', '--audit', 'audit.jsonl', '--', 'sh', '-c']
    const before = '{"kind":"older"}\n'
    await writeFile(join(place.folder, 'audit.jsonl'), before)
    expect((await place.mb([...run, script])).stdout).toBe('')
    const text = await readFile(join(place.folder, 'audit.jsonl'), 'utf8')
    expect(text.startsWith(`${before}{`)).toBe(true)
    expect(text).not.toContain('forged')
  })

  it.each([
    { room: 0, state: 'EFBIG' },
    { room: 10, state: 'the disk is full' },
  ])(
    'ends a command at once that it cannot record in $room bytes, and reaches nobody for it',
    async ({ room, state }) => {
      await using place = await Place.open()
      const run = ['sandbox', 'run', '--net', `127.0.0.1:${port}`, '--audit', 'audit.jsonl']
      const [, ...command] = ask(`http://127.0.0.1:${port}/`)
      // It goes on when it is asked to end.
      const stubborn = ['--', 'sh', '-c', 'trap "" INT; "$@"; sleep 60', 'sh', ...command]
      const started = { at: new Date().toISOString(), kind: 'started', command: 'sh' }
      const child = limited(place, `${JSON.stringify(started)}\n`.length + room, [
        ...run,
        ...stubborn,
      ])
      const { code, stdout, stderr } = await ended(child)
      expect([code, stdout]).toEqual([126, ''])
      expect(stderr).toContain(`": ${state} (MB_CLI_AUDIT)\n`)
      expect(asked).toEqual([])
    },
  )

  it.each(
    ['missing/audit.jsonl', 'link', 'folder', '/dev/null'].flatMap((name) => [
      { name, how: 'as it is run', options: [] },
      { name, how: 'as it is planned', options: ['--dry-run'] },
    ]),
  )('refuses $name $how, and runs nothing', async ({ name, options }) => {
    await using place = await Place.open()
    await mkdir(join(place.folder, 'folder'))
    await symlink('elsewhere', join(place.folder, 'link'))
    const given = ['--write', '.', ...options, '--audit', name]
    const run = ['sandbox', 'run', ...given, '--', 'touch', 'ran']
    const { code, stderr } = await place.mb(run)
    expect(code).toBe(126)
    expect(stderr).toMatch(/^error Cannot write the audit file ".*": .* \(MB_CLI_AUDIT\)\n/)
    await expect(stat(join(place.folder, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('makes no file for a dry run, and takes no stream for one', async () => {
    await using place = await Place.open()
    const run = (audit: string): Promise<MbRun> =>
      place.mb(['sandbox', 'run', '--dry-run', '--audit', audit, '--', 'true'])
    expect(await run('audit.jsonl')).toMatchObject({ code: 0 })
    await expect(stat(join(place.folder, 'audit.jsonl'))).rejects.toMatchObject({ code: 'ENOENT' })
    const { code, stderr } = await run('-')
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error Cannot record on standard output: the command prints there (MB_CLI_VALUE)',
    ])
  })
})
