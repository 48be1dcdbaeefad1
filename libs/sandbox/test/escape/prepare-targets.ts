import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { createServer, type ListenOptions, type Server } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeRepository } from '../make-repository.ts'
import type { Targets } from './mechanism.ts'

/** Makes what is aimed at, as the user that tries. Disposing takes all of it away. */
export async function prepareTargets(
  madeByRoot: Targets['madeByRoot'],
): Promise<Targets & AsyncDisposable> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'mb-escape-')))
  // Another user has to come as far as what is granted.
  chmodSync(base, 0o755)
  const [granted, writable, movable, scratch] = ['granted', 'writable', 'movable', 'scratch'].map(
    (name) => {
      const folder = join(base, name)
      mkdirSync(folder)
      return folder
    },
  )
  if (
    granted === undefined ||
    writable === undefined ||
    movable === undefined ||
    scratch === undefined
  )
    throw new TypeError()
  const canary = join(base, 'canary')
  writeFileSync(canary, 'canary')
  writeFileSync(`${canary}.mjs`, 'globalThis.planted = "canary"')
  for (const name of ['file', 'victim']) writeFileSync(join(granted, name), 'text')
  symlinkSync(canary, join(granted, 'link'))
  makeDatabase(join(base, 'secret.db'))
  makeFirstCommit(join(granted, 'repository'))
  const libraryTraces = { inside: join(writable, 'loaded'), outside: join(base, 'loaded') }
  const library = makeLibrary(base, granted, Object.values(libraryTraces))
  plant({ granted, writable, library })
  const hiddenSocket = join(base, 'docker.sock')
  const servers = await listen({
    paths: [hiddenSocket, join(granted, 'socket')],
    abstract: `mb-escape-${process.pid}`,
  })
  const victim = spawn(
    '/usr/bin/perl',
    [
      '-e',
      '$SIG{$_} = "IGNORE" for qw(USR1 URG); $SIG{USR2} = sub { open(my $f, ">", $ARGV[1]) }; sleep 1 while getppid == $ARGV[0]',
      String(process.pid),
      join(base, 'signalled'),
    ],
    { stdio: 'ignore' },
  )
  await once(victim, 'spawn')
  const { close, ...ports } = servers
  return {
    base,
    granted,
    writable,
    movable,
    canary,
    hiddenSocket,
    library,
    libraryTraces,
    madeByRoot,
    ...ports,
    victim: victim.pid ?? 0,
    host: process.pid,
    hostName: hostname(),
    isRoot: process.getuid?.() === 0,
    [Symbol.asyncDispose]: async () => {
      victim.kill('SIGKILL')
      close()
      await rm(base, { recursive: true, force: true })
    },
  }
}

/** Programs that give whoever runs them another user, or a right, where this user can make them. */
export function makeByRoot(folder: string): Targets['madeByRoot'] {
  if (process.getuid?.() !== 0) return undefined
  const [setuid, capable] = [join(folder, 'id'), join(folder, 'cat')]
  copyFileSync('/usr/bin/id', setuid)
  copyFileSync('/bin/cat', capable)
  spawnSync('/usr/sbin/setcap', ['cap_net_raw+ep', capable])
  return { setuid, capable }
}

function makeDatabase(path: string): void {
  const database = new DatabaseSync(path)
  database.exec("CREATE TABLE secret (word TEXT); INSERT INTO secret VALUES ('canary')")
  database.close()
}

function makeFirstCommit(folder: string): void {
  if (!existsSync('/usr/bin/git')) return
  mkdirSync(folder)
  makeRepository(folder, 'first\n')
}

function makeLibrary(base: string, granted: string, traces: readonly string[]): string | undefined {
  if (!existsSync('/usr/bin/cc')) return undefined
  const source = join(base, 'library.c')
  const [inside = '', outside = ''] = traces.map((trace) => JSON.stringify(trace))
  writeFileSync(
    source,
    `#include <fcntl.h>
#include <unistd.h>
static void leave(const char *path) { int file = open(path, O_CREAT | O_WRONLY, 0600); if (file >= 0) close(file); }
__attribute__((constructor)) static void loaded(void) { leave(${inside}); leave(${outside}); }
unsigned int la_version(unsigned int version) { return version; }
`,
  )
  const built = join(base, 'library.so')
  execFileSync('/usr/bin/cc', ['-shared', '-fPIC', '-o', built, source])
  const library = join(granted, 'library.so')
  copyFileSync(built, library)
  return library
}

/** What variables of the host point at. */
function plant({
  granted,
  writable,
  library,
}: Pick<Targets, 'granted' | 'writable' | 'library'>): void {
  const folder = join(granted, 'planted')
  mkdirSync(join(folder, 'bin'), { recursive: true })
  const ran = join(writable, 'ran')
  const shell = `#!/bin/sh\n: > ${ran}\n`
  const perl = `BEGIN { open(my $f, '>', '${ran}'); close $f } sub import {} 1;\n`
  const files = {
    'trace.sh': shell,
    'trace.cjs': `require('node:fs').writeFileSync(${JSON.stringify(ran)}, '')\n`,
    'trace.py': `open(${JSON.stringify(ran)}, 'w').close()\n`,
    'sitecustomize.py': `open(${JSON.stringify(ran)}, 'w').close()\n`,
    'trace.pm': `package trace; ${perl}`,
    'strict.pm': `package strict; ${perl}`,
    gitconfig: `[core]\n\tfsmonitor = ${join(folder, 'trace.sh')}\n`,
    '.profile': `. ${join(folder, 'trace.sh')}\n`,
    ...Object.fromEntries(
      ['bwrap', 'perl', 'python3', 'sh', 'unshare', 'id', 'git-planted'].map((name) => [
        `bin/${name}`,
        shell,
      ]),
    ),
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), 0o755)
  }
  if (library === undefined) return
  const gconv = join(granted, 'gconv')
  mkdirSync(gconv)
  linkSync(library, join(gconv, 'attack.so'))
  writeFileSync(
    join(gconv, 'gconv-modules'),
    'module MBATTACK// INTERNAL attack 1\nmodule INTERNAL MBATTACK// attack 1\n',
  )
  writeFileSync(
    join(granted, 'openssl.cnf'),
    `openssl_conf = all\nnodejs_conf = all\n[all]\nproviders = list\n[list]\nplanted = one\n[one]\nmodule = ${library}\nactivate = 1\n`,
  )
}

interface Listeners {
  readonly tcpPort: number
  readonly tcp6Port: number
  readonly udpPort: number
  readonly abstract: string
  readonly close: () => void
}

async function listen({
  paths,
  abstract,
}: {
  readonly paths: readonly string[]
  readonly abstract: string
}): Promise<Listeners> {
  const tcp = await serve({ port: 0, host: '127.0.0.1' })
  const tcp6 = await serve({ port: 0, host: '::1' }).catch(() => undefined)
  const unix = await Promise.all([...paths, `\0${abstract}`].map((path) => serve({ path })))
  const udp = createSocket('udp4', (message, { port, address }) => {
    udp.send(message.toString() === 'ping' ? 'pong' : answerName(message), port, address)
  })
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  return {
    tcpPort: portOf(tcp),
    tcp6Port: tcp6 === undefined ? 0 : portOf(tcp6),
    udpPort: udp.address().port,
    abstract,
    close: () => {
      for (const server of [tcp, tcp6, ...unix]) server?.close()
      udp.close()
    },
  }
}

async function serve(options: ListenOptions): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.destroy()
  }).listen(options)
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new TypeError('Cannot aim at a server: it has no port')
  return address.port
}

/** RFC 1035: the question again, and one address, 192.0.2.1, for the name that begins at offset 12. */
function answerName(question: Buffer): Buffer {
  const header = Buffer.from(question)
  header.writeUInt16BE(0x8180, 2)
  header.writeUInt16BE(1, 6)
  header.writeUInt16BE(0, 10)
  const end = question.indexOf(0, 12) + 5
  return Buffer.concat([
    header.subarray(0, end),
    Buffer.from('c00c00010001000000010004c0000201', 'hex'),
  ])
}
