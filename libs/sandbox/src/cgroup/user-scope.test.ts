import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { askForScope } from './user-scope.ts'

// That a scope is made, holds and goes is seen on a machine with systemd: see test/machine.

it('askForScope() tells why there is none, and waits no longer than it may', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mb-scope-'))
  const socket = join(folder, 'bus')
  const server = createServer((connection) => connection.on('error', () => {})).listen(socket)
  await once(server, 'listening')
  const manager = { socket, user: process.getuid?.() ?? 0 }
  const signal = AbortSignal.timeout(100)
  expect(await askForScope(manager, process.pid, signal)).toEqual({
    status: 'none',
    reason: expect.stringContaining('systemd gave no scope: '),
  })
  expect(signal.aborted).toBe(true)
  server.close()
  await rm(folder, { recursive: true })
  expect(await askForScope(manager, process.pid, AbortSignal.timeout(20_000))).toEqual({
    status: 'none',
    reason: expect.stringContaining('ENOENT'),
  })
})
