import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer, type ListenOptions, type Server } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { BackendName } from '@mb/sandbox'
import { expect, it } from 'vitest'
import type { Targets } from './attacks.ts'
import { canRunAs, onEachBackend, temporaryFolder, unprivileged } from './engine.ts'

interface Result {
  readonly name: string
  readonly worked: boolean
  readonly controlWorked: boolean
  readonly said: string
}

const isRoot = process.getuid?.() === 0
const users = [
  { title: isRoot ? 'root' : 'this user', user: undefined, isPossible: true },
  {
    title: 'an ordinary user',
    user: unprivileged,
    isPossible: isRoot && (await canRunAs(unprivileged)),
  },
]

onEachBackend('a hostile program', (backend) => {
  for (const { title, user, isPossible } of users) {
    it.runIf(isPossible)(
      `of ${title} reaches nothing that it reaches without a sandbox`,
      async () => {
        const results = await attack(backend, user)
        expect(results.filter(({ controlWorked }) => !controlWorked)).toEqual([])
        expect(results.filter(({ worked }) => worked)).toEqual([])
        expect(results.length).toBeGreaterThan(40)
      },
      120_000,
    )
  }
})

async function attack(backend: BackendName, user: number | undefined): Promise<readonly Result[]> {
  await using folder = await temporaryFolder()
  await using servers = await listen(folder.path)
  const targets = await prepare(folder.path, servers, user)
  const leak = openSync(targets.canary, 'r')
  const fixture = fileURLToPath(new URL('fixtures/attack.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--conditions=@mb/source', fixture, JSON.stringify(targets)],
    {
      ...(user === undefined ? {} : { uid: user, gid: user }),
      env: {
        PATH: '/usr/bin:/bin',
        MB_CANARY: 'canary',
        NODE_OPTIONS: '--no-warnings',
        TMPDIR: '/tmp',
        MB_TEST_BACKEND: backend,
      },
      // What a careless parent hands down: descriptor 9 is inherited by all that the fixture starts.
      stdio: [
        'ignore',
        'pipe',
        'pipe',
        'ignore',
        'ignore',
        'ignore',
        'ignore',
        'ignore',
        'ignore',
        leak,
      ],
    },
  )
  closeSync(leak)
  const [stdout, stderr] = await Promise.all([readAll(child.stdout), readAll(child.stderr)])
  if (stdout === '') throw new Error(`Cannot judge the attacks: ${stderr}`)
  const results: readonly Result[] = JSON.parse(stdout)
  return results
}

async function readAll(stream: Readable | null): Promise<string> {
  return stream === null ? '' : text(stream)
}

async function prepare(
  base: string,
  servers: { readonly tcpPort: number; readonly udpPort: number; readonly abstract: string },
  user: number | undefined,
): Promise<Targets> {
  const granted = join(base, 'granted')
  const canary = join(base, 'canary')
  await mkdir(granted, { recursive: true })
  await writeFile(canary, 'canary')
  await writeFile(join(granted, 'file'), '')
  await writeFile(join(granted, 'victim'), '')
  await symlink(canary, join(granted, 'link'))
  const owner = user ?? process.getuid?.() ?? 0
  if (isRoot) {
    for (const path of [base, granted, canary, join(granted, 'file'), join(granted, 'victim')])
      await chown(path, owner, owner)
  }
  const setuid = isRoot ? join(granted, 'id') : undefined
  if (setuid !== undefined) {
    await copyFile('/usr/bin/id', setuid)
    const other = owner === 0 ? unprivileged : 0
    await chown(setuid, other, other)
    await chmod(setuid, 0o4755)
  }
  const socket = join(granted, 'socket')
  await chmod(socket, 0o777)
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64'
  const facts = { hostPid: 0, hostName: hostname(), architecture, setuid } as const
  return { granted, canary, socket, ...servers, ...facts }
}

/** What the attacks connect to. */
async function listen(
  base: string,
): Promise<{ tcpPort: number; udpPort: number; abstract: string } & AsyncDisposable> {
  const abstract = `mb-attack-${process.pid}`
  await mkdir(join(base, 'granted'))
  const tcp = await serve({ port: 0, host: '127.0.0.1' })
  const unix = await serve({ path: join(base, 'granted/socket') })
  const hidden = await serve({ path: `\0${abstract}` })
  const udp = createSocket('udp4', (_, { port, address }) => udp.send('pong', port, address))
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  const address = tcp.address()
  if (address === null || typeof address === 'string') throw new TypeError()
  return {
    tcpPort: address.port,
    udpPort: udp.address().port,
    abstract,
    [Symbol.asyncDispose]: async () => {
      for (const server of [tcp, unix, hidden]) server.close()
      udp.close()
    },
  }
}

async function serve(options: ListenOptions): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(options)
  await once(server, 'listening')
  return server
}
