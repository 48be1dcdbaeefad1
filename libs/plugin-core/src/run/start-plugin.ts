import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { homeFolder, isInside } from '@mb/kernel'
import { neutralText, type NetPermission } from '@mb/manifest'
import type { Sandbox, SandboxedProcess, SandboxPolicy, StreamChoice } from '@mb/sandbox'
import {
  AuditLog,
  Broker,
  concealer,
  KeyValues,
  PluginLogger,
  type Concealer,
} from '../broker/index.ts'
import { defaultPlugins } from '../configuration/plugin-settings.ts'
import { thisMachine } from '../machine/why-unfit.ts'
import type { NotificationHandler } from '../protocol/index.ts'
import { homeLayout, type HomeLayout } from '../store/home-layout.ts'
import { checkEnforceable } from './check-enforceable.ts'
import { checkMeant } from './check-meant.ts'
import type { TypedPath } from './command-values.ts'
import { ConnectionRecord } from './connection-record.ts'
import { explainPolicy, type PolicySources } from './explain-policy.ts'
import { grantedMounts, usesData, type Mounts } from './granted-mounts.ts'
import { keepOutput } from './keep-output.ts'
import { openNamedPaths } from './named-paths.ts'
import { checkSwitchedOn, pluginConfiguration, type PluginValues } from './plugin-configuration.ts'
import { pluginProgram, type PluginProgram } from './plugin-program.ts'
import { newCookie, runSession, stagesMs, type SessionWork } from './plugin-session.ts'
import { grantedValues, runEnvironment } from './run-environment.ts'
import { runLimits, sandboxLimits, type RunLimits } from './run-limits.ts'
import { RunRecord } from './run-record.ts'
import type { RunResult, StartRequest } from './run-request.ts'

/** What a plugin is started for. */
export interface StartWork {
  readonly stage: SessionWork['stage']
  /** Of stage `execute`. */
  readonly command?: string
  /** What it keeps, where that is not its own. */
  readonly kept?: { readonly data: string; readonly keyValues: string } | undefined
  /** Limits that stand above those of the manifest. */
  readonly limits?: RunLimits
  /** Looks at what was asked for, before anything is started. */
  readonly prepare: () => PreparedWork
}

interface PreparedWork {
  /** What the person named. */
  readonly paths: readonly TypedPath[]
  readonly hosts?: readonly NetPermission[]
  /** What is shown nowhere. */
  readonly secrets: readonly string[]
  /** @param inside the path of a named one inside the sandbox */
  readonly params: (inside: (path: string) => string) => Readonly<Record<string, unknown>>
  readonly timeoutMs: (limits: RunLimits) => number
}

/** Starts a plugin in its jail, asks it one thing, and ends it. What came of it stands in the audit log. */
export async function startPlugin(request: StartRequest, work: StartWork): Promise<RunResult> {
  request.signal?.throwIfAborted()
  // It may fail before anything waits for it, and is waited for in any case.
  request.untouched?.catch(() => {})
  const layout = homeLayout(await realpath(request.home))
  using audit = new AuditLog(layout.audit)
  const { id, digest, manifest, permissions, clock, interactive = false } = request
  const { version } = manifest
  const { stage, command } = work
  const record = new RunRecord({
    plugin: id,
    version,
    digest,
    stage,
    command,
    interactive,
    permissions,
    clock,
  })
  try {
    const result = await run(request, { layout, audit, record, work })
    record.write(audit, {})
    return result
  } catch (failure) {
    // Of a plugin that was tampered with, that is what has to be known.
    const error: unknown = await Promise.resolve(request.untouched).then(() => failure, identity)
    record.write(audit, { error })
    throw error
  }
}

function identity(error: unknown): unknown {
  return error
}

interface Surroundings {
  readonly layout: HomeLayout
  readonly audit: AuditLog
  readonly record: RunRecord
  readonly work: StartWork
}

async function run(request: StartRequest, around: Surroundings): Promise<RunResult> {
  const { id, manifest, permissions } = request
  const { layout, record, work } = around
  const prepared = work.prepare()
  checkEnforceable(id, manifest, permissions)
  const config = await configurationOf(request, layout)
  const workspace = await realpath(request.workspace)
  const data = work.kept?.data ?? layout.dataOf(id)
  const own = { home: layout.home, data }
  if (usesData(permissions)) await mkdir(data, { recursive: true, mode: 0o700 })
  const places = { workspace, data, home: homeFolder() }
  const granted = await grantedMounts(permissions.fs, places, own)
  await using named = await openNamedPaths(prepared.paths, { workspace, own })
  const mounts = {
    read: [...granted.read, ...named.mounts.read],
    write: [...granted.write, ...named.mounts.write],
  }
  const net = [...permissions.net, ...(prepared.hosts ?? [])]
  record.mounted(mounts)
  record.named(prepared.hosts ?? [])
  const limits = runLimits(
    { ...manifest.limits, ...work.limits },
    {
      interactive: request.interactive ?? false,
      host: request.limits,
    },
  )
  const cookie = newCookie()
  const conceal = concealer([
    ...prepared.secrets,
    ...config.secrets,
    ...grantedValues(permissions, process.env),
  ])
  const connections = new ConnectionRecord({
    plugin: id,
    version: manifest.version,
    run: record.run,
    audit: around.audit,
    conceal,
    clock: request.clock,
  })
  await using sandbox = await openFor(request, {
    layout,
    connections,
    mounts,
    net,
    limits,
    cookie,
    sources: {
      id,
      fs: permissions.fs,
      places,
      paths: prepared.paths,
      inside: (path) => named.inside(path),
    },
  })
  await using started = await start(request, sandbox, {
    cwd: isGranted(workspace, mounts) ? workspace : undefined,
    // At once, with what it was about to reach: a session that is aborted ends more slowly.
    signal: connections.failed,
  })
  record.started(started.receipt)
  const result = await converse(request, around, {
    process: started,
    policy: sandbox.policy,
    cookie,
    conceal,
    failed: connections.failed,
    limits,
    initialize: {
      id,
      version: manifest.version,
      config: config.values,
      host: { version: thisMachine().engines.milkbottle },
      environment: (request.plugins ?? defaultPlugins).environment,
      workspace,
      data,
    },
    work: {
      stage: work.stage,
      command: work.command,
      params: prepared.params((path) => named.inside(path)),
      timeoutMs: prepared.timeoutMs(limits),
    },
  })
  named.keep()
  return result
}

/** Its configuration; and what of it is a secret, which is shown nowhere. */
async function configurationOf(
  { id, manifest, plugins = defaultPlugins }: StartRequest,
  layout: HomeLayout,
): Promise<{ readonly values: PluginValues; readonly secrets: readonly string[] }> {
  const named = { id, name: manifest.name }
  checkSwitchedOn(named, plugins)
  checkMeant(named, plugins, layout)
  const values = await pluginConfiguration({ id, manifest, plugins, home: layout.home })
  const secrets = Object.entries(values).flatMap(([name, value]) =>
    manifest.configSchema[name]?.type === 'secret' && typeof value === 'string' ? [value] : [],
  )
  return { values, secrets }
}

interface Opening {
  readonly layout: HomeLayout
  readonly mounts: Mounts
  readonly net: readonly NetPermission[]
  readonly limits: RunLimits
  readonly cookie: string
  readonly connections: ConnectionRecord
  readonly sources: PolicySources
}

/** What is granted, ready for the plugin's program. Disposing leaves nothing of it in the person's folders. */
interface OpenedSandbox extends AsyncDisposable {
  readonly sandbox: Sandbox
  readonly policy: SandboxPolicy
  readonly program: PluginProgram
}

async function openFor(
  request: StartRequest,
  { layout, mounts, net, limits, cookie, connections, sources }: Opening,
): Promise<OpenedSandbox> {
  const { id, directory, manifest, permissions, minimum } = request
  const { openSandbox } = await import('@mb/sandbox')
  const code = await realpath(directory)
  const sandboxed = sandboxLimits(limits, stagesMs)
  const { memoryBytes } = sandboxed
  const hasNetwork = net.length > 0
  const program = await pluginProgram({ id, manifest, code, ...mounts, memoryBytes, hasNetwork })
  const policy = {
    fs: { read: [code, ...program.mounts, ...mounts.read], write: mounts.write },
    net,
    env: runEnvironment(permissions, cookie, process.env),
  }
  try {
    const sandbox = await openSandbox({
      policy,
      network: hasNetwork
        ? { ...request.network?.(), onDecision: (decision) => connections.add(decision) }
        : undefined,
      limits: sandboxed,
      minimum,
      cacheDirectory: join(layout.home, 'cache'),
    })
    return { sandbox, policy, program, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() }
  } catch (error) {
    throw await explainPolicy(error, sources)
  }
}

async function start(
  { stdio = 'pipe', stdin, untouched }: StartRequest,
  { sandbox, program }: OpenedSandbox,
  { cwd, signal }: { readonly cwd: string | undefined; readonly signal: AbortSignal },
): Promise<SandboxedProcess> {
  if (!program.isOurs) await untouched
  const streams: StreamChoice = stdio === 'inherit' ? 'inherit' : 'pipe'
  return sandbox.spawn(program.command, program.arguments, {
    cwd,
    stdin: stdin ?? (stdio === 'inherit' ? 'inherit' : 'ignore'),
    stdout: streams,
    stderr: streams,
    channel: true,
    signal,
  })
}

function isGranted(folder: string, { read, write }: Mounts): boolean {
  return [...read, ...write].some((mount) => isInside(mount, folder))
}

interface Conversation {
  readonly process: SandboxedProcess
  readonly policy: SandboxPolicy
  readonly cookie: string
  readonly conceal: Concealer
  /** Aborted when the run can no longer be recorded. */
  readonly failed: AbortSignal
  readonly limits: RunLimits
  readonly initialize: Readonly<Record<string, unknown>>
  readonly work: SessionWork
}

async function converse(
  request: StartRequest,
  { layout, audit, record, work }: Surroundings,
  { process: started, policy, conceal, failed, ...plan }: Conversation,
): Promise<RunResult> {
  const { id: plugin, manifest, clock, logger } = request
  const signal = request.signal === undefined ? failed : AbortSignal.any([request.signal, failed])
  await using keyValues = new KeyValues(work.kept?.keyValues ?? layout.kv, plugin)
  using log = new PluginLogger({ plugin, logger, conceal, now: () => clock.monotonic() })
  const broker = new Broker({
    plugin,
    version: manifest.version,
    run: record.run,
    keyValues,
    log,
    audit,
    conceal,
    clock,
  })
  const output = keepOutput(started)
  const { securityReport } = await import('@mb/sandbox')
  try {
    const value = await runSession(started, {
      ...plan,
      id: plugin,
      untouched: request.untouched ?? Promise.resolve(),
      signal,
      logger,
      requests: { get: (method) => broker.handler(method) },
      notifications: new Map<string, NotificationHandler>([
        ['log', (given) => broker.log(given)],
        ['$/progress', (given) => tellProgress(request, given)],
      ]),
    })
    output.check({ id: plugin, command: work.command })
    const exit = await started.exited
    failed.throwIfAborted()
    return {
      value,
      receipt: started.receipt,
      usage: exit.usage,
      report: securityReport(policy, exit),
      ...(await output.texts()),
    }
  } catch (error) {
    output.check({ id: plugin, command: work.command })
    throw error
  } finally {
    record.ended(await started.exited, broker.calls)
  }
}

function tellProgress(
  { onProgress }: StartRequest,
  { message, fraction }: Readonly<Record<string, unknown>>,
): void {
  if (onProgress === undefined || typeof message !== 'string') return
  const isFraction = typeof fraction === 'number' && fraction >= 0 && fraction <= 1
  onProgress({ message: neutralText(message), ...(isFraction ? { fraction } : {}) })
}
