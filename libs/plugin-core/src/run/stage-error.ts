import { neutralText } from '@mb/manifest'
import type { Exit } from '@mb/sandbox'
import { PluginError } from '../plugin-error.ts'
import type { RunLimits } from './run-limits.ts'
import { CallError, callErrorCodes, ProtocolFault } from '../protocol/index.ts'

/** A step of a run, by the name of its call. */
export type Stage =
  | 'hello'
  | 'initialize'
  | 'activate'
  | 'execute'
  | 'migrate'
  | 'health'
  | 'deactivate'
  | 'cleanup'
  | 'shutdown'

/** What went wrong, where. */
export interface StageFailure {
  readonly id: string
  readonly stage: Stage
  /** Of stage `execute`. */
  readonly command?: string | undefined
  readonly limits: RunLimits
  readonly error: unknown
  /** How the process ended; undefined when it runs. */
  readonly exit?: Exit | undefined
}

const maxReasonLength = 500
const maxFactLength = 8192

/** A failure of a stage as a person, and a program, are told of it. What the plugin said is made harmless. */
export function stageError(failure: StageFailure): PluginError {
  const { error } = failure
  if (error instanceof CallError) return fromAnswer(failure, error)
  if (error instanceof ProtocolFault) return fromFault(failure, error)
  return new PluginError('MB_PLUGIN_PROTOCOL', `${cannot(failure)}: ${reason(error)}`, {
    cause: error,
    details: facts(failure),
  })
}

function fromAnswer(failure: StageFailure, error: CallError): PluginError {
  const name = fact(error, 'name')
  const said = neutralText(
    name === undefined ? error.message : `${name}: ${error.message}`,
    maxReasonLength,
  )
  const stack = fact(error, 'stack')
  const details = { ...facts(failure), ...(stack === undefined ? {} : { stack }) }
  switch (error.code) {
    case callErrorCodes.load:
      return new PluginError('MB_PLUGIN_LOAD', `${cannot(failure)}: ${said}`, {
        hint: 'Ask its author, or install another version: the package itself is at fault',
        cause: error,
        details,
      })
    case callErrorCodes.threw:
      if (error.data['code'] === 'ERR_ACCESS_DENIED') return fromRefusal(failure, error, details)
      return new PluginError('MB_PLUGIN_FAILED', `${cannot(failure)}: ${said}`, {
        ...hintOfPath(failure, error),
        cause: error,
        details,
      })
    case callErrorCodes.cancelled:
    case callErrorCodes.limit:
      return new PluginError('MB_PLUGIN_FAILED', `${cannot(failure)}: ${said}`, {
        cause: error,
        details,
      })
    default:
      return new PluginError('MB_PLUGIN_PROTOCOL', `${cannot(failure)}: it answered ${said}`, {
        cause: error,
        details,
      })
  }
}

const pathErrors = new Set(['ENOENT', 'EACCES', 'EPERM', 'EROFS'])

/** To a language without a permission model of its own, what was not granted is not there. */
function hintOfPath({ id }: StageFailure, error: CallError): { readonly hint?: string } {
  const isPath = fact(error, 'resource')?.startsWith('/') === true
  if (!isPath || !pathErrors.has(fact(error, 'code') ?? '')) return {}
  return {
    hint: `What was not granted looks as if it were not there. See what it may do: mb plugin permissions ${id}`,
  }
}

/** Node's permission model names its flags, which no person can set here; what it means is the plugin's grant. */
function fromRefusal(
  failure: StageFailure,
  error: CallError,
  details: Readonly<Record<string, unknown>>,
): PluginError {
  const permission = fact(error, 'permission') ?? 'something unnamed'
  const resource = fact(error, 'resource')
  const what = refusalWords.get(permission) ?? `to use ${permission}`
  const where = resource?.startsWith('/') === true ? ` "${resource}"` : ''
  return new PluginError(
    'MB_PLUGIN_FAILED',
    `${cannot(failure)}: it was refused ${neutralText(`${what}${where}`, maxReasonLength)}`,
    {
      hint: `See what it may do: mb plugin permissions ${failure.id}`,
      cause: error,
      details: { ...details, refused: { permission, resource } },
    },
  )
}

const refusalWords: ReadonlyMap<string, string> = new Map([
  ['FileSystemRead', 'to read'],
  ['FileSystemWrite', 'to write'],
  ['ChildProcess', 'to start a process'],
  ['WorkerThreads', 'to start a thread'],
  ['Addons', 'to load an addon'],
  ['WASI', 'to use WASI'],
  ['Inspector', 'to open the inspector'],
])

function fromFault(failure: StageFailure, fault: ProtocolFault): PluginError {
  const { exit } = failure
  if (fault.kind === 'deadline')
    return new PluginError('MB_PLUGIN_DEADLINE', `${cannot(failure)}: ${fault.message}`, {
      hint: 'Try again; a plugin that always takes too long is broken',
      cause: fault,
      details: facts(failure),
    })
  if (exit !== undefined) return fromExit(failure, exit, fault)
  return new PluginError(
    'MB_PLUGIN_PROTOCOL',
    `${cannot(failure)}: it broke the protocol of descriptor 3: ${neutralText(fault.message, maxReasonLength)}`,
    {
      hint: 'Nothing but its library may write to descriptor 3',
      cause: fault,
      details: { ...facts(failure), fault: fault.kind },
    },
  )
}

function fromExit(failure: StageFailure, exit: Exit, cause: ProtocolFault): PluginError {
  const details = { ...facts(failure), code: exit.code, signal: exit.signal, usage: exit.usage }
  if (exit.ended !== undefined)
    return new PluginError(
      'MB_PLUGIN_LIMIT',
      `${cannot(failure)}: it used more than ${limitWords[exit.ended](failure.limits)}`,
      {
        hint: 'Give it less to do, or raise the limit',
        cause,
        details: { ...details, limit: exit.ended, exceeded: exit.exceeded },
      },
    )
  const how =
    exit.signal === null
      ? `it exited with status ${String(exit.code)} before it answered`
      : `it was ended by ${exit.signal}`
  return new PluginError('MB_PLUGIN_CRASHED', `${cannot(failure)}: ${how}`, {
    hint: 'What it wrote to standard error tells more',
    cause,
    details,
  })
}

const limitWords: Readonly<Record<NonNullable<Exit['ended']>, (limits: RunLimits) => string>> = {
  wall: ({ wallSeconds }) => `${amount(wallSeconds, 'seconds')} of time`,
  cpu: ({ cpuSeconds }) => `${amount(cpuSeconds, 'seconds')} of CPU time`,
  memory: ({ memoryMb }) => `${amount(memoryMb, 'MB')} of memory`,
  processes: ({ processes }) => amount(processes, 'processes'),
  threads: () => 'its threads',
  file: ({ fileMb }) => `${amount(fileMb, 'MB')} in one file`,
  written: () => 'it may write',
  output: () => 'it may print',
}

function amount(value: number | undefined, unit: string): string {
  return `${value ?? 'its'} ${unit}`
}

function cannot({ id, stage, command }: StageFailure): string {
  return stage === 'execute'
    ? `Cannot run command "${command ?? ''}" of plugin "${id}"`
    : `Cannot ${stageWords[stage]} plugin "${id}"`
}

const stageWords: Readonly<Record<Exclude<Stage, 'execute'>, string>> = {
  hello: 'greet',
  initialize: 'initialize',
  activate: 'activate',
  migrate: 'migrate what is kept by',
  health: 'check the health of',
  deactivate: 'deactivate',
  cleanup: 'clean up after',
  shutdown: 'shut down',
}

/** What came with an error is the plugin's own making: any value, of any size. */
function fact({ data }: CallError, name: string): string | undefined {
  const value = Object.hasOwn(data, name) ? data[name] : undefined
  return typeof value === 'string' ? value.slice(0, maxFactLength) : undefined
}

function facts({ id, stage, command }: StageFailure): Readonly<Record<string, unknown>> {
  return { plugin: id, stage, command }
}

/** What is wrong, in one harmless line. */
export function reason(error: unknown): string {
  return neutralText(error instanceof Error ? error.message : String(error), maxReasonLength)
}
