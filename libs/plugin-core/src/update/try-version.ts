import { errorCode, isMbError, type Clock, type Logger } from '@mb/kernel'
import { isOlder, noPermissions, type Manifest, type Permissions } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import { whyNotEnforceable } from '../run/check-enforceable.ts'
import type { StartRequest } from '../run/run-request.ts'
import type { ChangePart } from '../install/change-plan.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import type { PluginRecord } from '../store/plugin-record.ts'
import { readHealthReport } from '../health/health-report.ts'
import { copyKept, keptPart, markOfKept } from './kept-copy.ts'

/** How new versions are tried out before they become real. */
export interface TrialRules extends Pick<
  StartRequest,
  'minimum' | 'limits' | 'plugins' | 'network'
> {
  /** What migration and health check may take, each. */
  readonly timeoutMs: number
  /** Whether what the plugin kept before stays with the old version. */
  readonly isBackedUp: boolean
  /** Whether a version is tried also where the plugin keeps nothing, so that only its health can be looked at. */
  readonly isAlways: boolean
}

/** A version that is about to take the place of another. */
export interface TrialRequest {
  readonly id: string
  /** The version that is active. */
  readonly from: string
  readonly manifest: Manifest
  /** Its files, verified. */
  readonly directory: string
  /** What it will be granted. */
  readonly permissions: Permissions
  /** A folder that is not there yet, on the file system of the home. */
  readonly folder: string
  readonly signal?: AbortSignal | undefined
  readonly onStep?: ((step: 'try') => void) | undefined
}

/** Where a version is tried out. */
export interface TrialContext {
  readonly layout: HomeLayout
  readonly workspace: string
  readonly logger: Logger
  readonly clock: Clock
  readonly trial?: TrialRules | undefined
}

/** What a trial that went well leads to. */
export interface Trial {
  /** Whether it still is the same version that is to be replaced, and what it keeps is still what was tried. */
  isCurrent(present: PluginRecord | undefined): Promise<boolean>
  /** What the change does to what the plugin keeps. */
  part(): Promise<Pick<ChangePart, 'data' | 'values'>>
}

/**
 * Tries a version out with copies of what the plugin keeps: it brings them to its own form, and says whether it can work
 * with them. Nothing that is real is touched.
 *
 * @returns undefined where there is nothing to try
 * @throws PluginError `MB_PLUGIN_UPDATE_FAILED`, `MB_PLUGIN_DATA`, `MB_STORE_BROKEN`; SandboxError
 */
export async function tryVersion(
  request: TrialRequest,
  context: TrialContext,
): Promise<Trial | undefined> {
  const { id, from, manifest, folder, permissions, signal } = request
  const { layout, trial } = context
  if (trial === undefined || !isOlder(from, manifest.version)) return undefined
  // What cannot be run here at all can neither migrate nor say how it is.
  if (whyNotEnforceable(manifest, permissions) !== undefined) return undefined
  const kept = await copyKept(id, layout, { folder, signal })
  if (kept.isEmpty && !trial.isAlways) return undefined
  request.onStep?.('try')
  const start = {
    id,
    directory: request.directory,
    manifest,
    home: layout.home,
    workspace: context.workspace,
    minimum: trial.minimum,
    limits: trial.limits,
    plugins: trial.plugins,
    network: trial.network,
    logger: context.logger,
    clock: context.clock,
    signal,
    timeoutMs: trial.timeoutMs,
    kept,
  }
  const { runUpkeep } = await import('../run/run-upkeep.ts')
  await orFail('migrate', request, async () => {
    const params = { from, to: manifest.version }
    const inward = withinItsData(permissions)
    await runUpkeep({ ...start, stage: 'migrate', params, permissions: inward })
  })
  await orFail('health', request, async () => {
    const outward = { ...permissions, fs: withinItsData(permissions).fs }
    const { value } = await runUpkeep({
      ...start,
      stage: 'health',
      params: {},
      permissions: outward,
    })
    const { status, reason } = readHealthReport(value)
    if (status === 'unhealthy' || status === 'error') throw new Error(reason)
    if (status === 'warning')
      context.logger.warn('A plugin that was updated has something to say', { id, reason })
  })
  return {
    isCurrent: async (present) =>
      present?.manifest.version === from && (await markOfKept(id, layout)) === kept.mark,
    part: async () => await keptPart({ folder, id, from, isBackedUp: trial.isBackedUp }, layout),
  }
}

/**
 * What a version may do before it is real: whatever it did beyond its own copies could not be undone, so that it writes
 * nothing else and reaches nobody.
 */
export function withinItsData({ fs, env }: Permissions): Permissions {
  const write = fs.write.filter(({ path }) => /^\$\{data\}(?:\/|$)/.test(path))
  return { ...noPermissions, env, fs: { read: fs.read, write } }
}

async function orFail(
  stage: 'migrate' | 'health',
  { id, from, manifest, signal }: TrialRequest,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (cause) {
    signal?.throwIfAborted()
    const code = errorCode(cause)
    // A jail that cannot be made says nothing about the plugin.
    if (isMbError(cause) && code?.startsWith('MB_PLUGIN_') !== true) throw cause
    const said = cause instanceof Error ? cause.message : String(cause)
    const what =
      stage === 'migrate'
        ? `it could not take over what ${from} keeps`
        : 'its health check did not pass'
    throw new PluginError(
      'MB_PLUGIN_UPDATE_FAILED',
      `Cannot update "${id}" to ${manifest.version}: ${what}: ${withoutLead(said)}`,
      {
        hint: `${from} stays as it was, with all that it keeps; tell its author`,
        cause,
        details: { id, from, to: manifest.version, stage, ...(code === undefined ? {} : { code }) },
      },
    )
  }
}

/** What went wrong, without what was being done, which is said already. */
function withoutLead(message: string): string {
  return message.replace(/^Cannot [a-z ]+ plugin "[^"]*": /, '')
}
