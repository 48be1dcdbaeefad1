import type { Duplex } from 'node:stream'
import {
  agreeOnVersion,
  CallError,
  callErrorCodes,
  Peer,
  type Params,
  type RequestHandler,
} from '../protocol/index.ts'
import type { CommandHandler, PluginDefinition } from '../plugin/define-plugin.ts'
import type { PluginContext } from '../plugin/plugin-context.ts'
import { contextFactory, type ContextFactory } from './context-factory.ts'
import { leave } from './leave.ts'
import { loadDefinition } from './load-definition.ts'

/** What the host started. */
export interface ServeOptions {
  readonly cookie: string
  /** Absolute path of the plugin's entry. */
  readonly entry: string
}

interface Loaded {
  readonly definition: PluginDefinition
  readonly context: ContextFactory
}

type Stage = (context: PluginContext) => unknown

const library = 'node/0.1.0'
// EX_SOFTWARE of sysexits.h
const brokenStatus = 70

/** Serves one plugin to the host at the other end, and ends the process with the connection. */
export function servePlugin(channel: Duplex, { cookie, entry }: ServeOptions): void {
  let loaded: Loaded | undefined
  let isGreeted = false

  function ready(): Loaded {
    if (loaded === undefined)
      throw new CallError(callErrorCodes.invalidParams, 'the plugin is not initialized')
    return loaded
  }

  async function stage(
    work: (plugin: Loaded) => Stage | undefined,
    signal: AbortSignal,
  ): Promise<null> {
    const plugin = ready()
    await attempt(() => work(plugin)?.(plugin.context(signal)), signal)
    return null
  }

  const peer = new Peer(channel, {
    requests: new Map<string, RequestHandler>([
      [
        'hello',
        (params) => {
          const version = agreeOnVersion(params, cookie)
          isGreeted = true
          return { version, cookie, library }
        },
      ],
      [
        'initialize',
        async (params, signal) => {
          if (!isGreeted || loaded !== undefined)
            throw new CallError(callErrorCodes.invalidParams, 'this is no time to initialize')
          loaded = {
            definition: await loadDefinition(entry),
            context: contextFactory(peer, params),
          }
          return await stage(({ definition }) => definition.initialize, signal)
        },
      ],
      ['activate', (_, signal) => stage(({ definition }) => definition.activate, signal)],
      ['execute', (params, signal) => execute(ready(), params, signal)],
      ['migrate', (params, signal) => migrate(ready(), params, signal)],
      ['health', (_, signal) => checkHealth(ready(), signal)],
      ['deactivate', (_, signal) => stage(({ definition }) => definition.deactivate, signal)],
      ['cleanup', (_, signal) => stage(({ definition }) => definition.cleanup, signal)],
      [
        'shutdown',
        () => {
          // After the answer went out.
          setImmediate(() => void leave(channel))
          return null
        },
      ],
    ]),
  })
  void peer.closed.then((fault) => {
    // A host that is gone has nobody to run this for.
    if (fault.kind === 'ended') process.exit()
    process.stderr.write(`This plugin lost its host: ${fault.message}\n`)
    process.exit(brokenStatus)
  })
}

async function execute(
  { definition, context }: Loaded,
  params: Params,
  signal: AbortSignal,
): Promise<unknown> {
  const { command } = params
  const handler = findCommand(definition, command)
  if (handler === undefined) {
    throw new CallError(
      callErrorCodes.load,
      `its manifest declares the command "${String(command)}", its code does not have it`,
    )
  }
  const invocation = { arguments: record(params['arguments']), options: record(params['options']) }
  return await attempt(() => handler(invocation, context(signal)), signal)
}

async function migrate(
  { definition, context }: Loaded,
  params: Params,
  signal: AbortSignal,
): Promise<null> {
  const migration = { from: String(params['from']), to: String(params['to']) }
  await attempt(() => definition.migrate?.(migration, context(signal)), signal)
  return null
}

async function checkHealth({ definition, context }: Loaded, signal: AbortSignal): Promise<unknown> {
  return (await attempt(() => definition.health?.(context(signal)), signal)) ?? null
}

function findCommand(definition: PluginDefinition, command: unknown): CommandHandler | undefined {
  const { commands = {} } = definition
  if (typeof command !== 'string' || !Object.hasOwn(commands, command)) return undefined
  return commands[command]
}

/** Calls the plugin's own code; what it throws is told with all that helps its author. */
async function attempt(work: () => unknown, signal: AbortSignal): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted)
      throw new CallError(callErrorCodes.cancelled, 'it was cancelled', {}, { cause: error })
    throw new CallError(callErrorCodes.threw, messageOf(error), factsOf(error), { cause: error })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function factsOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return {}
  // Of its class, which is the author's.
  const { name, stack }: { readonly name: unknown; readonly stack?: unknown } = error
  return {
    name: String(name),
    ...('code' in error ? { code: String(error.code) } : {}),
    // Of Node's permission model.
    ...('permission' in error ? { permission: String(error.permission) } : {}),
    ...('resource' in error ? { resource: String(error.resource).slice(0, 4096) } : {}),
    ...(typeof stack === 'string' ? { stack: stack.slice(0, 8192) } : {}),
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  // Without a prototype: an option that was left out is undefined, also one named "constructor".
  return Object.assign(Object.create(null), value)
}
