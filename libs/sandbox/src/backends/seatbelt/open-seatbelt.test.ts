import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { SandboxOptions } from '../../sandbox.ts'
import { openSeatbelt, type SeatbeltMachine } from './open-seatbelt.ts'

// In place of the program of macOS one that confines nothing: what is tested is what is around it.
const folder = mkdtempSync(join(tmpdir(), 'mb-fake-'))
const path = join(folder, 'sandbox-exec')
writeFileSync(path, '#!/bin/sh\ntest "$1" = -f && test -r "$2" || exit 9\nshift 2\nexec "$@"\n')
chmodSync(path, 0o755)
afterAll(() => rmSync(folder, { recursive: true }))

const fake: SeatbeltMachine = {
  platform: 'darwin',
  tool: { path, changedMs: 0, inode: 0, setuid: false },
}
const open = (options: Partial<SandboxOptions> = {}): ReturnType<typeof openSeatbelt> =>
  openSeatbelt({ policy: {}, minimum: [], ...options }, fake)

describe('openSeatbelt()', () => {
  it.each(['linux', 'win32'] as const)('is for macOS, not for %s', async (platform) => {
    await expect(
      openSeatbelt({ policy: {}, minimum: [] }, { ...fake, platform }),
    ).rejects.toMatchObject({
      code: 'MB_SANDBOX_PLATFORM',
      message: `Cannot open a sandbox: backend seatbelt needs macOS, this is ${platform}`,
    })
  })

  it('says when its program is not there', async () => {
    await expect(
      openSeatbelt({ policy: {}, minimum: [] }, { platform: 'darwin', tool: undefined }),
    ).rejects.toMatchObject({ code: 'MB_SANDBOX_BACKEND_MISSING' })
  })

  it('refuses what cannot be proved there, and limits that nothing keeps', async () => {
    await expect(open({ minimum: undefined })).rejects.toMatchObject({
      code: 'MB_SANDBOX_BELOW_MINIMUM',
      hint: expect.stringContaining('filesystem, network, processes'),
    })
    await expect(open({ limits: { writtenBytes: 1 } })).rejects.toMatchObject({
      code: 'MB_SANDBOX_PLATFORM',
      message: 'Cannot limit writtenBytes: macOS has no way to',
    })
  })

  it('refuses where a probe gets through', async () => {
    for (const item of ['filesystem', 'network', 'processes'] as const)
      await expect(open({ minimum: [item] })).rejects.toMatchObject({
        code: 'MB_SANDBOX_BELOW_MINIMUM',
        details: { missing: expect.arrayContaining([expect.objectContaining({ item })]) },
      })
  })

  it('runs a program with a home of its own, and says that it is experimental', async () => {
    await using sandbox = await open({ policy: { env: { GIVEN: 'given' } } })
    const script = 'echo $GIVEN; cat; echo err >&2; echo made > $HOME/file; echo $HOME; exit 3'
    const result = await sandbox.run('sh', ['-c', script], { input: 'text\n' })
    const [given, input, home = ''] = result.stdout.split('\n')
    expect({ given, input, code: result.code, stderr: result.stderr }).toEqual({
      given: 'given',
      input: 'text',
      code: 3,
      stderr: 'err\n',
    })
    expect(result.receipt).toMatchObject({
      backend: 'seatbelt',
      level: 'restricted',
      warning: 'Backend seatbelt is experimental: it has not passed its suite on macOS yet',
    })
    expect(result.receipt.items.filter(({ proved }) => proved)).toEqual([])
    expect(existsSync(home)).toBe(false)
  })

  it('hands a channel on', async () => {
    await using sandbox = await open()
    const script = 'read -r name <&3; echo "hello $name" >&3'
    await using program = await sandbox.spawn('sh', ['-c', script], { channel: true })
    program.channel?.write('bottle\n')
    const [answer] = program.channel === null ? [] : await once(program.channel, 'data')
    expect(String(answer)).toBe('hello bottle\n')
  })

  it.each([
    [{ wallMs: 300 }, 'sleep 60', 'MB_SANDBOX_TIMED_OUT'],
    [{ cpuSeconds: 1 }, 'while :; do :; done', 'MB_SANDBOX_TIMED_OUT'],
    [
      { memoryBytes: 67_108_864 },
      `perl -e 'my @all; push @all, "x" x 1048576 while @all < 512; sleep 60'`,
      'MB_SANDBOX_OUT_OF_MEMORY',
    ],
    [{ processes: 8 }, 'for i in 1 2 3 4 5 6 7 8 9; do sleep 60 & done; wait', 'MB_SANDBOX_LIMIT'],
    [{ outputBytes: 1000 }, 'yes', 'MB_SANDBOX_OUTPUT_LIMIT'],
  ] as const)('holds a program to %j', async (limits, script, code) => {
    await using sandbox = await open({ limits })
    await expect(sandbox.run('sh', ['-c', script])).rejects.toMatchObject({ code })
  })

  it('ends what a program leaves in its group, and stops on a signal', async () => {
    await using sandbox = await open()
    const { stdout } = await sandbox.run('sh', ['-c', 'sleep 60 & echo $!'])
    expect(existsSync(`/proc/${Number(stdout)}/exe`)).toBe(false)
    const signal = AbortSignal.timeout(200)
    await expect(sandbox.run('sleep', ['60'], { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })

  it('leaves nothing of a program that does not start', async () => {
    const before = places()
    const missing = { ...fake, tool: { path: '/no/such', changedMs: 0, inode: 0, setuid: false } }
    await expect(openSeatbelt({ policy: {}, minimum: [] }, missing)).rejects.toMatchObject({
      code: 'MB_SANDBOX_FAILED',
    })
    expect(places()).toEqual(before)
  })
})

function places(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('mb-seatbelt-'))
}
