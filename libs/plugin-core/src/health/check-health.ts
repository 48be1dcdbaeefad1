import { errorCode, type Clock, type Logger } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import { prepareRun } from '../install/prepare-run.ts'
import { whyUnfit } from '../machine/why-unfit.ts'
import { Gate } from '../resolve/gate.ts'
import type { StartRequest } from '../run/run-request.ts'
import { findPlugin } from '../store/find-plugin.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import type { PluginRecord } from '../store/plugin-record.ts'
import { describeGap, requirementGaps } from '../store/requirement-gaps.ts'
import { readState } from '../store/state.ts'
import { recordHealth } from '../store/usage.ts'
import { withinItsData } from '../update/try-version.ts'
import { readHealthReport, type SaidHealth } from './health-report.ts'

/** How a plugin is. */
export interface PluginHealth {
  readonly id: string
  readonly version: string
  /**
   * `warning`: it works, and lacks something or says so; `unhealthy`: it says that it cannot work; `error`: it could not
   * say; `unknown`: it was not asked, because it may not run.
   */
  readonly status: SaidHealth['status'] | 'unknown'
  /** One harmless line. */
  readonly reason?: string
  /** How long it took to say so. */
  readonly durationMs: number
}

/** Which plugins are asked, and how. */
export interface HealthOptions {
  /** Ids or bare names. @default all that are installed */
  readonly names?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** Where plugins are asked how they are. */
export interface HealthContext extends Pick<
  StartRequest,
  'minimum' | 'limits' | 'plugins' | 'network'
> {
  readonly layout: HomeLayout
  readonly workspace: string
  readonly timeoutMs: number
  /** How many are asked at once. */
  readonly maxConcurrent: number
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * Asks plugins how they are, each in its jail: as it may run, but for that it writes nothing but its own data.
 *
 * @returns one for each plugin, in the order of their ids
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`; SandboxError when there can be no jail
 */
export async function checkHealth(
  options: HealthOptions,
  context: HealthContext,
): Promise<readonly PluginHealth[]> {
  const { plugins } = readState(context.layout)
  const records =
    options.names === undefined ? plugins : options.names.map((name) => findPlugin(plugins, name))
  const gate = new Gate(context.maxConcurrent)
  return await Promise.all(
    records.map((record) =>
      gate.through(async () => {
        const begun = context.clock.monotonic()
        const said = lacking(record, plugins, await askOne(record, options, context))
        const durationMs = Math.round(context.clock.monotonic() - begun)
        remember(record.id, said, context)
        return { id: record.id, version: record.manifest.version, ...said, durationMs }
      }),
    ),
  )
}

type Said = Pick<PluginHealth, 'status' | 'reason'>

/** For statistics, which ask no plugin anything. */
function remember(id: string, { status, reason }: Said, { layout, clock }: HealthContext): void {
  if (status === 'unknown') return
  recordHealth(layout, id, { status, reason, at: new Date(clock.now()).toISOString() })
}

/** Why it may not run at all, which is no illness. */
const unasked: ReadonlySet<string> = new Set([
  'MB_PLUGIN_DISABLED',
  'MB_PLUGIN_CONSENT_NEEDED',
  'MB_PERMISSION_UNSUPPORTED',
])

async function askOne(
  { id }: PluginRecord,
  { signal }: HealthOptions,
  context: HealthContext,
): Promise<Said> {
  try {
    const plugin = await prepareRun(id, context.layout, signal)
    const { runUpkeep } = await import('../run/run-upkeep.ts')
    const { value } = await runUpkeep({
      ...context,
      ...plugin,
      permissions: { ...plugin.permissions, fs: withinItsData(plugin.permissions).fs },
      home: context.layout.home,
      stage: 'health',
      params: {},
      signal,
    })
    return readHealthReport(value)
  } catch (error) {
    signal?.throwIfAborted()
    const code = errorCode(error) ?? ''
    if (code.startsWith('MB_SANDBOX_')) throw error
    const message = error instanceof Error ? error.message : String(error)
    const reason = neutralText(message.replace(/^Cannot [^:]*: /, ''), 500)
    if (unasked.has(code)) return { status: 'unknown', reason }
    return { status: code === 'MB_PLUGIN_PACKAGES' ? 'warning' : 'error', reason }
  }
}

/** What it lacks of other plugins, or of what runs it, makes a warning of what would be well. */
function lacking(record: PluginRecord, plugins: readonly PluginRecord[], said: Said): Said {
  if (said.status !== 'healthy') return said
  // What runs it may be another since it was installed.
  const unfit = whyUnfit(record.manifest)
  if (unfit !== undefined) return { status: 'warning', reason: `it ${unfit.reason}` }
  const gap = requirementGaps(plugins).find(({ plugin }) => plugin === record.id)
  return gap === undefined ? said : { status: 'warning', reason: describeGap(gap) }
}
