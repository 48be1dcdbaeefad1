import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { openSandbox, type BackendName, type UpstreamProxy } from '@mb/sandbox'
import { minimumOf } from '../engine.ts'
import type { Outcome } from '../escape/try-mechanism.ts'
import {
  reachedForbidden,
  type NetworkMechanism,
  type Plan,
  type Seen,
} from './network-mechanism.ts'
import { passOn } from './world/pass-on.ts'
import { openWorld, type World } from './world/world.ts'

/** Tries a mechanism in a sandbox whose policy has a network, and without one by a proxy that checks nothing. */
export async function tryNetwork(
  { name, variantOf, feature, prepare }: NetworkMechanism,
  backend: BackendName,
): Promise<Outcome> {
  const about = { name, variantOf }
  const inside = await tryInside(prepare, backend)
  if (inside.verdict === 'missing')
    return { ...about, verdict: 'skipped', detail: `there is no ${inside.said}` }
  const control = await tryOutside(prepare)
  if (inside.verdict === 'worked') return { ...about, verdict: 'escaped', detail: inside.said }
  if (control.verdict !== 'worked')
    return feature === undefined
      ? {
          ...about,
          verdict: 'failed',
          detail: `without a sandbox it does not work: ${control.said}`,
        }
      : { ...about, verdict: 'skipped', detail: `this machine lacks ${feature}` }
  if (inside.verdict === 'odd')
    return { ...about, verdict: 'failed', detail: `inside it ended oddly: ${inside.said}` }
  const verdict = inside.isExhausting ? 'contained' : 'denied'
  return { ...about, verdict, detail: inside.said }
}

interface Attempt {
  readonly verdict: 'worked' | 'stopped' | 'odd' | 'missing'
  readonly said: string
  readonly isExhausting: boolean
}

async function tryInside(
  prepare: NetworkMechanism['prepare'],
  backend: BackendName,
): Promise<Attempt> {
  await using world = await openWorld()
  const plan = prepare(world)
  const { command, grants = [], limits, env = {}, neighbour, isExhausting = false } = plan
  const [program = '', ...args] = command
  if (!existsSync(program)) return { verdict: 'missing', said: program, isExhausting }
  const named = [{ host: 'allowed.test', ports: [world.sink.port] }]
  const minimum = minimumOf(backend)
  const network = { resolve: world.resolve, limits, upstream: upstreamOf(plan, world) }
  await using beside =
    neighbour === undefined
      ? undefined
      : await openSandbox({ backend, minimum, policy: { net: neighbour }, network })
  await using waiting = await beside?.spawn('/bin/sleep', ['60'])
  await using sandbox = await openSandbox({
    backend,
    minimum,
    policy: { fs: { read: [process.execPath] }, net: [...named, ...grants], env },
    limits: { wallMs: 60_000, memoryBytes: 512 * 1024 * 1024, processes: 64 },
    network,
  })
  const running = await sandbox.spawn(program, args)
  const said = hear(running)
  const { code, signal } = await running.exited
  const worked = plan.worked ?? reachedForbidden
  // What has come stays counted; what was open may take its time to close.
  const seen = await lookUntil(
    (each) => !worked(each),
    () => look(world, code, said()),
  )
  await waiting?.[Symbol.asyncDispose]()
  if (worked(seen)) return { verdict: 'worked', said: describe(seen), isExhausting }
  const isTold = signal === null && [0, 1, 3].includes(code ?? -1)
  return { verdict: isTold ? 'stopped' : 'odd', said: describe(seen), isExhausting }
}

async function tryOutside(prepare: NetworkMechanism['prepare']): Promise<Attempt> {
  await using world = await openWorld()
  const plan = prepare(world)
  const { command, env = {}, openEnv = {}, isExhausting = false } = plan
  await using passing = await passBy(plan, world)
  const proxy = `http://127.0.0.1:${passing?.port ?? world.openProxy.port}`
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    cwd: '/',
    // A group of its own, to end what it starts with it; and a stream, as hosts leave them open.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      NODE_USE_ENV_PROXY: '1',
      ...Object.fromEntries(names.map((name) => [name, proxy])),
      ...env,
      ...openEnv,
    },
  })
  const said = hear(child)
  await once(child, 'exit')
  const worked = plan.worked ?? reachedForbidden
  // A busy machine may take its time.
  const seen = await lookUntil(worked, () => look(world, child.exitCode, said()))
  const isWorking = worked(seen)
  endGroup(child.pid)
  return { verdict: isWorking ? 'worked' : 'stopped', said: describe(seen), isExhausting }
}

function upstreamOf({ byCompany }: Plan, world: World): UpstreamProxy | undefined {
  if (byCompany === undefined) return undefined
  const { port } = world.company
  if (byCompany === true) return { url: `http://127.0.0.1:${port}` }
  const { username, password, noProxy } = byCompany
  world.company.credentials = `${username}:${password}`
  return { url: `http://${username}:${password}@127.0.0.1:${port}`, noProxy }
}

/** The way to the company's proxy without ours: by one that tells the password to everybody. */
async function passBy(
  { byCompany }: Plan,
  { company, openProxy }: World,
): Promise<({ readonly port: number } & AsyncDisposable) | undefined> {
  if (byCompany === undefined) return undefined
  if (byCompany === true) return passOn(company.port)
  const { username, password, noProxy } = byCompany
  company.credentials = `${username}:${password}`
  return passOn(noProxy === undefined ? company.port : openProxy.port, company.credentials)
}

async function lookUntil(isOver: (seen: Seen) => boolean, see: () => Seen): Promise<Seen> {
  for (const started = performance.now(); ;) {
    const seen = see()
    if (isOver(seen) || performance.now() - started > 10_000) return seen
    // oxlint-disable-next-line no-await-in-loop -- until it is so
    await delay(50)
  }
}

function look({ sink, other, names }: World, code: number | null, said: string): Seen {
  return { hits: sink.hits, otherHits: other.hits, questions: names.questions, code, said }
}

function describe({ hits, otherHits, code, said }: Seen): string {
  const came = [...hits, ...otherHits].map(
    ({ protocol, address, carried }) => `${protocol} ${address} ${carried.split('\r\n', 1)[0]}`,
  )
  const told = said === '' ? '' : `, and said ${JSON.stringify(said.slice(-400))}`
  return `ended with ${code ?? 'a signal'}, reached ${JSON.stringify(came.slice(0, 8))}${told}`
}

function hear(program: {
  readonly stdout: Readable | null
  readonly stderr: Readable | null
}): () => string {
  let said = ''
  for (const stream of [program.stdout, program.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(-8192)
    })
  return () => said
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}
