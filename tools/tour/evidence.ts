import { randomBytes } from 'node:crypto'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'

/**
 * Three traps outside the jail. What a plugin says of itself proves nothing: these tell from outside whether it read,
 * connected or started something.
 */
export interface Traps extends AsyncDisposable {
  readonly keyFile: string
  readonly port: number
  readonly marker: string
  /** What has been caught since the last call; `output` is all that the plugin said. */
  spring(output: string): Promise<Caught>
}

/** Which of the three a plugin managed. */
export interface Caught {
  readonly read: boolean
  readonly connected: boolean
  readonly started: boolean
  /** Connections that the listener saw. */
  readonly connections: number
}

/** Sets the traps: a canary key in `home/.ssh`, a listener on loopback, and a marker that does not exist yet. */
export async function setTraps(home: string, folder: string): Promise<Traps> {
  const canary = `canary-${randomBytes(12).toString('hex')}`
  const keyFile = join(home, '.ssh', 'id_ed25519')
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 })
  await writeFile(keyFile, `${canary}\n`, { mode: 0o600 })
  const marker = join(folder, 'marker')
  let connections = 0
  const server = await listen(() => {
    connections += 1
  })
  return {
    keyFile,
    marker,
    port: portOf(server),
    spring: async (output) => {
      const seen = connections
      connections = 0
      const started = await exists(marker)
      await rm(marker, { force: true })
      return { read: output.includes(canary), connected: seen > 0, started, connections: seen }
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function listen(onConnection: () => void): Promise<Server> {
  const server = createServer((socket) => {
    onConnection()
    socket.on('error', () => {})
    socket.destroy()
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Cannot listen on loopback')
  return address.port
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
