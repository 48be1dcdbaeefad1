import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { openSandbox, type BackendName, type EndedBy, type Receipt, type Usage } from '@mb/sandbox'
import { minimumOf } from '../engine.ts'
import type { Mechanism, Targets } from './mechanism.ts'

/** What came of a mechanism. */
export interface Outcome {
  readonly name: string
  readonly variantOf: string | undefined
  /** `failed` says nothing about the sandbox: the control did not succeed, or the program came to no end that tells. */
  readonly verdict: 'denied' | 'contained' | 'escaped' | 'skipped' | 'failed'
  readonly detail: string
}

/** Tries a mechanism in a sandbox, and without one. */
export async function tryMechanism(
  mechanism: Mechanism,
  targets: Targets,
  backend: BackendName,
): Promise<Outcome> {
  const { name, variantOf, skip, feature, exhausts } = mechanism
  const about = { name, variantOf }
  const [program = ''] = mechanism.command
  const missing = [program, mechanism.prefix?.[0]].find(
    (path) => path !== undefined && !existsSync(path),
  )
  const reason = skip ?? (missing === undefined ? undefined : `there is no ${missing}`)
  if (reason !== undefined) return { ...about, verdict: 'skipped', detail: reason }
  const planted = plantVariables(mechanism.hostEnv ?? {})
  try {
    // Inside first: some of them take away what they aim at.
    const inside = await tryInside(mechanism, targets, backend)
    const control = await tryOutside(mechanism, targets)
    if (inside.worked) {
      return inside.broken === undefined
        ? { ...about, verdict: 'escaped', detail: inside.said }
        : { ...about, verdict: 'skipped', detail: `not promised: ${inside.broken}` }
    }
    if (!control.worked) {
      return feature === undefined
        ? {
            ...about,
            verdict: 'failed',
            detail: `without a sandbox it does not work: ${control.said}`,
          }
        : { ...about, verdict: 'skipped', detail: `this machine lacks ${feature}` }
    }
    if (!inside.tells)
      return { ...about, verdict: 'failed', detail: `inside it ended oddly: ${inside.said}` }
    return {
      ...about,
      verdict: exhausts === undefined ? 'denied' : 'contained',
      detail: inside.said,
    }
  } finally {
    planted[Symbol.dispose]()
  }
}

interface Attempt {
  readonly worked: boolean
  /** Whether its end says that it was stopped, and nothing else. */
  readonly tells: boolean
  readonly said: string
}

async function tryInside(
  mechanism: Mechanism,
  targets: Targets,
  backend: BackendName,
): Promise<Attempt & { readonly broken?: string | undefined }> {
  const { command } = mechanism
  const [program = '', ...args] = command
  clearTrace(mechanism)
  await using sandbox = await openSandbox({
    backend,
    minimum: minimumOf(backend),
    policy: {
      fs: {
        read: [targets.granted, process.execPath, ...rootMade(targets)],
        write: [targets.writable, targets.movable],
      },
      ...mechanism.policy,
    },
    limits: mechanism.limits ?? { wallMs: 20_000, memoryBytes: 384 * 1024 * 1024, processes: 64 },
  })
  await using running = await sandbox.spawn(program, args, { cwd: targets.granted })
  const said = hear(running)
  const { code, signal, ended, usage } = await running.exited
  const end: End = { code, signal, ended, said: said.text(), connected: said.connected() }
  const excess = findExcess(mechanism, usage)
  const attempt = await judge(mechanism, end)
  return {
    ...attempt,
    tells: attempt.tells && excess === undefined,
    said: excess === undefined ? attempt.said : `${attempt.said}, ${excess}`,
    broken: notPromised(running.receipt, mechanism),
  }
}

/** What ends by a limit is gone 2.5 s later. Of the processor it gets no more than others leave it: there its own time counts. */
function findExcess({ limits, exhausts }: Mechanism, { cpuMs, wallMs }: Usage): string | undefined {
  if (exhausts?.aliveMs === undefined) return undefined
  const isOfProcessor = exhausts.ended.includes('cpu')
  const used = isOfProcessor ? cpuMs : wallMs
  const limit = isOfProcessor ? (limits?.cpuSeconds ?? 0) * 1000 : (limits?.wallMs ?? 0)
  return used > limit + 2500 ? `only after ${Math.round(used)} ms` : undefined
}

function notPromised(
  receipt: Receipt,
  { stoppedBy, notRestricted }: Mechanism,
): string | undefined {
  if (receipt.level === 'restricted' && notRestricted !== undefined) return notRestricted
  const finding = receipt.items.find(({ item }) => item === stoppedBy)
  return finding?.proved === true
    ? undefined
    : `${stoppedBy}: ${finding?.evidence ?? 'not in the receipt'}`
}

function rootMade({ madeByRoot }: Targets): readonly string[] {
  return madeByRoot === undefined ? [] : Object.values(madeByRoot)
}

async function tryOutside(mechanism: Mechanism, targets: Targets): Promise<Attempt> {
  const { command, prefix = [], exhausts } = mechanism
  clearTrace(mechanism)
  const [program = '', ...args] = [...prefix, ...command]
  const child = spawn(program, args, {
    cwd: targets.granted,
    // A group of its own, to end what it starts with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: `${targets.base}/scratch` },
  })
  const said = hear(child)
  const ended = once(child, 'exit')
  const deadline = new AbortController()
  // It ends by itself, on a machine that has time for it.
  const late = delay(exhausts?.aliveMs ?? 80_000, true, { signal: deadline.signal }).catch(
    () => false,
  )
  const isAlive = (await Promise.race([ended, late])) === true
  deadline.abort()
  if (mechanism.settleMs === undefined) endGroup(child)
  await ended
  const end: End = {
    code: child.exitCode,
    signal: child.signalCode,
    ended: undefined,
    said: said.text(),
    connected: said.connected(),
  }
  if (exhausts?.aliveMs !== undefined)
    return { worked: isAlive, tells: true, said: isAlive ? 'lived on' : describe(end) }
  // A busy machine may take its time, where there is something to come.
  const attempt = await judge({ ...mechanism, settleMs: (mechanism.settleMs ?? 0) * 8 }, end)
  endGroup(child)
  return attempt
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly ended: EndedBy | undefined
  readonly said: string
  readonly connected: boolean
}

async function judge(mechanism: Mechanism, end: End): Promise<Attempt> {
  const { trace, settleMs, connected, exhausts, killedBy = [], refusedWith = [] } = mechanism
  const said = describe(end)
  if (trace !== undefined) {
    const isThere = await waitForTrace(trace, settleMs ?? 0)
    clearTrace(mechanism)
    return { worked: isThere, tells: true, said: isThere ? 'left its trace' : said }
  }
  if (connected === true) return { worked: end.connected, tells: end.code !== null, said }
  if (end.code === 0) return { worked: true, tells: true, said }
  const stopped =
    [1, 3, ...refusedWith].includes(end.code ?? -1) ||
    (end.signal !== null && killedBy.includes(end.signal))
  const isLimited = end.ended !== undefined && exhausts?.ended.includes(end.ended) === true
  return { worked: false, tells: stopped || isLimited, said }
}

async function waitForTrace(trace: string, settleMs: number): Promise<boolean> {
  for (const started = performance.now(); ;) {
    if (existsSync(trace)) return true
    if (performance.now() - started >= settleMs) return false
    await delay(50)
  }
}

function clearTrace({ trace }: Mechanism): void {
  if (trace !== undefined) rmSync(trace, { recursive: true, force: true })
}

function describe({ code, signal, ended, said }: End): string {
  const how =
    ended === undefined ? `ended with ${code ?? signal}` : `ended by the limit on ${ended}`
  return said === '' ? how : `${how}, and said ${JSON.stringify(said)}`
}

/** Keeps the last of what a program says, and knocks at each port that it names. */
function hear(program: { readonly stdout: Readable | null; readonly stderr: Readable | null }): {
  text(): string
  connected(): boolean
} {
  let [said, isConnected] = ['', false]
  let waiting = ''
  program.stdout?.on('data', (chunk: Buffer) => {
    waiting = (waiting + chunk.toString('latin1')).slice(-200)
    const port = /^port (\d+)\n/m.exec(waiting)?.[1]
    if (port === undefined) return
    waiting = ''
    knock(Number(port), () => {
      isConnected = true
    })
  })
  program.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('latin1')).slice(-300)
  })
  return { text: () => said.trim(), connected: () => isConnected }
}

function knock(port: number, answered: () => void): void {
  const socket = connect(port, '127.0.0.1', () => {
    answered()
    socket.destroy()
  })
  socket.on('error', () => {})
  const datagram = createSocket('udp4')
  datagram.send('knock', port, '127.0.0.1', () => datagram.close())
}

/** As if the host had been started with these. */
function plantVariables(variables: Readonly<Record<string, string>>): Disposable {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  return {
    [Symbol.dispose]: () => {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name)
        else process.env[name] = value
      }
    },
  }
}
