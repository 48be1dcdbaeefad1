import { fork, execFile, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BenchResult } from '../../../tools/bench-result.ts'
import { timeCalls, type Measured } from '../../../tools/bench/interleave.ts'
import { machineLoad } from '../../../tools/bench/load.ts'
import { NetworkProxy } from '../src/network-proxy/network-proxy.ts'
import type { Task } from './network-proxy/client.ts'
import type { Certificate } from './network-proxy/origin.ts'

const bytes = 64 * 1024 * 1024
const roundTrips = 200
const connections = 20
// Above that, figures are those of whatever else runs.
const mostLoad = 0.7

/** What a program pays for its proxy: against the same connection made directly, each end in a process of its own. */
export async function benchNetworkProxy(): Promise<readonly BenchResult[]> {
  const load = machineLoad()
  await using stack = new AsyncDisposableStack()
  const origin = startProcess(stack, 'origin.ts')
  origin.send(await makeCertificate())
  const ports = readPorts(await once(origin, 'message'))
  const client = startProcess(stack, 'client.ts')
  const proxyPort = await openProxy(stack)
  const ask = async (task: Task): Promise<void> => {
    client.send(task)
    await once(client, 'message')
  }
  const pair = (
    task: Omit<Task, 'proxyPort'>,
  ): Record<'direct' | 'proxied', () => Promise<void>> => ({
    direct: async () => ask(task),
    proxied: async () => ask({ ...task, proxyPort }),
  })
  const secure = { port: ports.secure, isSecure: true }
  const plain = { port: ports.plain, isSecure: false }
  const byTls = await timeCalls(pair({ ...secure, kind: 'download', amount: bytes }), { runs: 15 })
  const raw = await timeCalls(pair({ ...plain, kind: 'download', amount: bytes }), { runs: 15 })
  const talk = await timeCalls(pair({ ...plain, kind: 'talk', amount: roundTrips }), { runs: 15 })
  const dial = await timeCalls(pair({ ...plain, kind: 'dial', amount: connections }), { runs: 15 })
  const canTell = load <= mostLoad
  return [
    throughput('64 MiB by TLS through the proxy', byTls, { load, canTell }),
    throughput('64 MiB as they are through the proxy', raw, { load, canTell }),
    latency('a round trip through the proxy', talk, roundTrips, { load, canTell }),
    latency('a new connection through the proxy', dial, connections, { load, canTell }),
  ]
}

interface Circumstances {
  readonly load: number
  readonly canTell: boolean
}

type Pair = Readonly<Record<'direct' | 'proxied', Measured>>

function throughput(name: string, { direct, proxied }: Pair, about: Circumstances): BenchResult {
  const ratio = direct.ratioTo(proxied)
  return {
    name,
    value: bytes / 1e6 / (proxied.median / 1000),
    unit: 'MB/s',
    rival: 'the same connection made directly',
    ratio,
    goal: 'at least 0.7 times',
    ok: ratio >= 0.7 ? true : about.canTell ? false : null,
    load: about.load,
  }
}

function latency(
  name: string,
  { direct, proxied }: Pair,
  times: number,
  about: Circumstances,
): BenchResult {
  const value = proxied.differenceTo(direct) / times
  return {
    name,
    value,
    unit: 'ms more',
    rival: 'the same connection made directly',
    ratio: proxied.ratioTo(direct),
    goal: 'at most 1 ms more',
    ok: value <= 1 ? true : about.canTell ? false : null,
    load: about.load,
  }
}

async function openProxy(stack: AsyncDisposableStack): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy = stack.use(new NetworkProxy({ grants: [{ host: 'localhost' }] }))
  proxy.serve(server)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('It has no port')
  return address.port
}

function startProcess(stack: AsyncDisposableStack, file: string): ChildProcess {
  const child = fork(join(import.meta.dirname, 'network-proxy', file), {
    serialization: 'advanced',
    execArgv: [],
  })
  stack.defer(() => void child.kill())
  return child
}

function readPorts([message]: readonly unknown[]): {
  readonly plain: number
  readonly secure: number
} {
  if (
    typeof message === 'object' &&
    message !== null &&
    'plain' in message &&
    'secure' in message &&
    typeof message.plain === 'number' &&
    typeof message.secure === 'number'
  )
    return { plain: message.plain, secure: message.secure }
  throw new TypeError('The origin has told no ports')
}

async function makeCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-bench-'))
  try {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const made = ['-keyout', key, '-out', certificate, '-days', '1', '-subj', '/CN=localhost']
    await promisify(execFile)('openssl', ['req', ...kind, ...made])
    return { key: await readFile(key, 'utf8'), cert: await readFile(certificate, 'utf8') }
  } finally {
    await rm(folder, { recursive: true })
  }
}
