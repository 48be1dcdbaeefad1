import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BusCall } from './bus-message.ts'
import { UserBus } from './user-bus.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-bus-'))
})
afterEach(() => rm(folder, { recursive: true }))

const name = 'org.freedesktop.DBus'
const busCall = (member: string, body: BusCall['body'] = []): BusCall => {
  return { destination: name, path: '/org/freedesktop/DBus', interface: name, member, body }
}
const user = process.getuid?.() ?? 0
const soon = (): AbortSignal => AbortSignal.timeout(20_000)

/** A bus of the test's own. */
async function startBus(socket: string): Promise<AsyncDisposable> {
  const settings = join(folder, 'bus.conf')
  const policy = '<allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/>'
  await writeFile(
    settings,
    `<busconfig><listen>unix:path=${socket}</listen><policy context="default">${policy}</policy></busconfig>`,
  )
  const bus = spawn(daemon, [`--config-file=${settings}`, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const gone = once(bus, 'exit')
  await once(bus.stdout, 'data')
  return {
    [Symbol.asyncDispose]: async () => {
      bus.kill()
      await gone
    },
  }
}

/** What takes connections and answers with what it is told, however it was asked. */
async function listen(
  socket: string,
  greet: (connection: Socket) => void,
): Promise<AsyncDisposable> {
  const server = createServer((connection) => {
    connection.on('error', () => {})
    greet(connection)
  })
  const all = new Set<Socket>()
  server.on('connection', (connection) => all.add(connection))
  server.listen(socket)
  await once(server, 'listening')
  return {
    [Symbol.asyncDispose]: async () => {
      for (const connection of all) connection.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const daemon = '/usr/bin/dbus-daemon'

describe.runIf(existsSync(daemon))('UserBus, with the bus of freedesktop.org,', () => {
  it('asks, and is answered', async () => {
    const socket = join(folder, 'bus')
    await using _ = await startBus(socket)
    using bus = new UserBus(socket, user, soon())
    const [self] = await bus.call(busCall('Hello'))
    expect(self).toBe(':1.0')
    const asked = busCall('GetConnectionUnixProcessID', [{ type: 's', value: ':1.0' }])
    expect(await bus.call(asked)).toEqual([process.pid])
  })

  it('is told why it is refused', async () => {
    const socket = join(folder, 'bus')
    await using _ = await startBus(socket)
    using bus = new UserBus(socket, user, soon())
    await bus.call(busCall('Hello'))
    const destination = 'org.freedesktop.systemd1'
    await expect(bus.call({ ...busCall('Subscribe'), destination })).rejects.toThrow(
      'org.freedesktop.DBus.Error.ServiceUnknown',
    )
  })

  it('hears what happens, while it asks for other things', async () => {
    const socket = join(folder, 'bus')
    await using _ = await startBus(socket)
    using bus = new UserBus(socket, user, soon())
    await bus.call(busCall('Hello'))
    const heard = bus.hear(({ body }) => body[0] === 'a.b')
    const request = [
      { type: 's', value: 'a.b' },
      { type: 'u', value: 0 },
    ] as const
    expect(await bus.call(busCall('RequestName', request))).toEqual([1])
    expect(await heard).toMatchObject({ kind: 'signal', member: 'NameAcquired' })
  })

  it('is not let in as another user', async () => {
    const socket = join(folder, 'bus')
    await using _ = await startBus(socket)
    using bus = new UserBus(socket, user + 1, soon())
    await expect(bus.call(busCall('Hello'))).rejects.toThrow(/REJECTED|EPIPE|ECONNRESET|hung up/)
  })
})

describe('UserBus', () => {
  it.each([
    ['says nothing, until the signal', () => {}, /aborted/],
    ['hangs up', (peer: Socket) => void peer.destroy(), /hung up|EPIPE|ECONNRESET/],
    [
      'speaks another language',
      (peer: Socket) => void peer.write('HTTP/1.1 200 OK\r\n\r\n'),
      /HTTP/,
    ],
    ['never ends its line', (peer: Socket) => void peer.write('O'.repeat(4096)), /OOO/],
    ['sends no message', (peer: Socket) => void peer.write(`OK 1\r\n${'x'.repeat(64)}`), /form/],
  ])('fails where the other side %s', async (__, greet, reason) => {
    const socket = join(folder, 'bus')
    await using _ = await listen(socket, greet)
    using bus = new UserBus(socket, user, AbortSignal.timeout(300))
    await expect(bus.call(busCall('Hello'))).rejects.toThrow(reason)
    // And does not wait for more.
    await expect(bus.call(busCall('Hello'))).rejects.toThrow(reason)
  })

  it('fails where nobody listens', async () => {
    using bus = new UserBus(join(folder, 'none'), user, soon())
    await expect(bus.call(busCall('Hello'))).rejects.toThrow('ENOENT')
  })
})
