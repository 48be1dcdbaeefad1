import { duplexPair } from 'node:stream'
import { silentLogger } from '@mb/kernel'
import type { Exit } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { PluginError } from '../plugin-error.ts'
import { CallError, callErrorCodes, Peer, type RequestHandler } from '../protocol/index.ts'
import { runSession, type PluginProcess, type SessionPlan } from './plugin-session.ts'

const usage = { cpuMs: 1, peakMemoryBytes: 1, wallMs: 1 }

/** A plugin in this process, which is gone when it is killed. */
function plugin(
  requests: Readonly<Record<string, RequestHandler>>,
  exit: Exit = { code: 0, signal: null, usage, violations: [] },
): PluginProcess & { readonly leave: () => void } {
  const [near, far] = duplexPair()
  const peer = new Peer(far, { requests: new Map(Object.entries(requests)) })
  const { promise, resolve } = Promise.withResolvers<Exit>()
  const leave = (): void => {
    peer[Symbol.dispose]()
    resolve(exit)
  }
  return { channel: near, exited: promise, kill: leave, leave }
}

const plan: SessionPlan = {
  id: 'local/notes',
  cookie: 'cookie',
  untouched: Promise.resolve(),
  initialize: {},
  work: { stage: 'execute', command: 'run', params: { command: 'run' }, timeoutMs: 100 },
  requests: new Map(),
  notifications: new Map(),
  limits: { memoryMb: 100 },
  signal: undefined,
  logger: silentLogger,
}

const hello: RequestHandler = () => ({ version: 1, cookie: 'cookie', library: 'test/1' })
const nothing: RequestHandler = () => null
const stages = {
  hello,
  initialize: nothing,
  activate: nothing,
  deactivate: nothing,
  cleanup: nothing,
  shutdown: nothing,
}

function thrower(message: string, data: Readonly<Record<string, unknown>> = {}): RequestHandler {
  return () => {
    throw new CallError(callErrorCodes.threw, message, data)
  }
}

/** Runs a plugin whose command throws, with these facts. */
async function throwing(data: Readonly<Record<string, unknown>>): Promise<unknown> {
  const process = plugin({
    ...stages,
    execute: thrower('no', data),
    shutdown: () => void setImmediate(process.leave),
  })
  return await runSession(process, plan)
}

describe('runSession()', () => {
  it('takes a plugin through its stages in order', async () => {
    const seen: string[] = []
    const recorded = Object.entries({ ...stages, execute: () => 7 }).map(
      ([name, handler]): [string, RequestHandler] => [
        name,
        (params, signal) => {
          seen.push(name)
          return handler(params, signal)
        },
      ],
    )
    const process = plugin(Object.fromEntries(recorded))
    expect(await runSession(process, plan)).toBe(7)
    expect(seen).toEqual([
      'hello',
      'initialize',
      'activate',
      'execute',
      'deactivate',
      'cleanup',
      'shutdown',
    ])
  })

  it.each([
    ['no object', () => 1, 'the answer to "hello" is no object'],
    [
      'another cookie',
      () => ({ version: 1, cookie: 'x' }),
      'the answer to "hello" has another cookie',
    ],
    [
      'a version of its own',
      () => ({ version: 2, cookie: 'cookie' }),
      'it chose mbp/2, which was not offered',
    ],
  ])('refuses a greeting with %s', async (_, answer, reason) => {
    await expect(runSession(plugin({ ...stages, hello: answer }), plan)).rejects.toMatchObject({
      code: 'MB_PLUGIN_PROTOCOL',
      message: `Cannot greet plugin "local/notes": it broke the protocol of descriptor 3: ${reason}`,
    })
  })

  it.each([
    [
      { code: null, signal: 'SIGKILL', ended: 'memory', usage, violations: [] },
      'MB_PLUGIN_LIMIT',
      'it used more than 100 MB of memory',
    ],
    [
      { code: null, signal: 'SIGSEGV', usage, violations: [] },
      'MB_PLUGIN_CRASHED',
      'it was ended by SIGSEGV',
    ],
    [
      { code: 9, signal: null, usage, violations: [] },
      'MB_PLUGIN_CRASHED',
      'it exited with status 9 before it answered',
    ],
  ] satisfies readonly [Exit, string, string][])(
    'tells how it ended: %o',
    async (exit, code, how) => {
      const process = plugin({ ...stages, execute: () => process.leave() }, exit)
      await expect(runSession(process, plan)).rejects.toMatchObject({
        code,
        message: `Cannot run command "run" of plugin "local/notes": ${how}`,
      })
    },
  )

  it('takes facts of an error only as texts of bounded length', async () => {
    const crafted = { toString: 1 }
    const long = 'x'.repeat(1_000_000)
    await expect(
      throwing({ code: 'ERR_ACCESS_DENIED', permission: crafted, resource: crafted }),
    ).rejects.toMatchObject({
      message:
        'Cannot run command "run" of plugin "local/notes": it was refused to use something unnamed',
      details: { refused: { permission: 'something unnamed' } },
    })
    const data = { code: 'ERR_ACCESS_DENIED', permission: long, resource: long, stack: long }
    const error: unknown = await throwing(data).catch((thrown: unknown) => thrown)
    const details = error instanceof PluginError ? error.details : undefined
    expect(JSON.stringify(details).length).toBeLessThan(30_000)
  })

  it('tells what a plugin says at its end in one bounded line', async () => {
    const told: unknown[] = []
    const process = plugin({
      ...stages,
      execute: () => 7,
      deactivate: thrower('\u001B[2J'.repeat(10_000)),
      shutdown: () => void setImmediate(process.leave),
    })
    await runSession(process, {
      ...plan,
      logger: { ...silentLogger, warn: (_, data) => told.push(data) },
    })
    expect(told).toEqual([
      {
        plugin: 'local/notes',
        stage: 'deactivate',
        reason: expect.stringMatching(/^[^\p{Cc}]{1,500}$/u),
      },
    ])
  })

  it('tells a plugin that closed its connection and went on', async () => {
    const [near, far] = duplexPair()
    const { promise, resolve } = Promise.withResolvers<Exit>()
    const process = {
      channel: near,
      exited: promise,
      kill: () => resolve({ code: null, signal: 'SIGKILL', usage, violations: [] }),
    }
    far.end()
    await expect(runSession(process, plan)).rejects.toMatchObject({
      code: 'MB_PLUGIN_PROTOCOL',
      details: { stage: 'hello', fault: 'ended' },
    })
  })

  it('does not start what was aborted before', async () => {
    const reason = new Error('enough')
    const process = plugin({ ...stages, execute: () => 7 })
    await expect(runSession(process, { ...plan, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    )
  })
})
