import { spawn } from 'node:child_process'
import { mkdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask } from './ask-proxy.ts'
import { isSkipped, skipReason } from './engine.ts'
import { ended, Place, program } from './mb.ts'
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
      { kind: 'decided', host: '127.0.0.1', port, method: 'GET', allowed: true },
      { kind: 'ended', host: '127.0.0.1', port, allowed: true, bytesDown: 7 },
      { kind: 'report', command: 'perl', permissions: { read: [] }, network: [{ allowed: 1 }] },
      { kind: 'decided', port: 9, allowed: false, reason: 'not-granted' },
      { kind: 'report', violations: expect.any(Array), network: [{ refused: 1 }] },
    ])
  })

  it('records a run without connections, too', async () => {
    await using place = await Place.open()
    await place.mb(['sandbox', 'run', '--audit', 'audit.jsonl', '--', 'true'])
    expect(JSON.parse(await readFile(join(place.folder, 'audit.jsonl'), 'utf8'))).toMatchObject({
      kind: 'report',
      command: 'true',
      violations: [],
      network: [],
    })
  })

  it('records that there was no result, and why', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--audit', 'audit.jsonl', '--', 'no-such-command']
    expect((await place.mb(run)).code).toBe(127)
    expect(JSON.parse(await readFile(join(place.folder, 'audit.jsonl'), 'utf8'))).toMatchObject({
      kind: 'failed',
      command: 'no-such-command',
      code: 'MB_SANDBOX_COMMAND_MISSING',
    })
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
      const bytes = 8 * 1024 * 1024
      const file = join(place.folder, 'audit.jsonl')
      await writeFile(file, '')
      await truncate(file, bytes - room)
      const run = ['sandbox', 'run', '--net', `127.0.0.1:${port}`, '--audit', 'audit.jsonl']
      const [, ...command] = ask(`http://127.0.0.1:${port}/`)
      // It goes on when it is asked to end.
      const stubborn = ['--', 'sh', '-c', 'trap "" INT; "$@"; sleep 60', 'sh', ...command]
      // No file may become larger: a full disk, for this one alone.
      const child = spawn(
        'prlimit',
        [`--fsize=${bytes}`, process.execPath, program, ...run, ...stubborn],
        {
          cwd: place.folder,
          env: place.env,
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
      const { code, stdout, stderr } = await ended(child)
      expect([code, stdout]).toEqual([126, ''])
      expect(stderr).toContain(`": ${state} (MB_CLI_AUDIT)\n`)
      expect(asked).toEqual([])
    },
  )

  it.each(['missing/audit.jsonl', 'link', 'folder', '/dev/null'])(
    'refuses %s, and runs nothing',
    async (name) => {
      await using place = await Place.open()
      await mkdir(join(place.folder, 'folder'))
      await symlink('elsewhere', join(place.folder, 'link'))
      const run = ['sandbox', 'run', '--write', '.', '--audit', name, '--', 'touch', 'ran']
      const { code, stderr } = await place.mb(run)
      expect(code).toBe(126)
      expect(stderr).toMatch(/^error Cannot write the audit file ".*": .* \(MB_CLI_AUDIT\)\n/)
      await expect(stat(join(place.folder, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' })
    },
  )
})
