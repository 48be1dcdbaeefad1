import { errorCode } from '@mb/kernel'
import { verifyPackage } from '@mb/manifest'
import { grantOf, type Agreement } from '../consent/agreement.ts'
import { askConsent, type Question } from '../consent/ask-consent.ts'
import { returnGaps } from '../consent/covers-request.ts'
import { withVersion } from '../consent/grant-range.ts'
import { readGrants, type Grant } from '../consent/grants.ts'
import { checkFit } from '../machine/check-fit.ts'
import { PluginError } from '../plugin-error.ts'
import { checkUntouched } from '../store/check-untouched.ts'
import { findPlugin } from '../store/find-plugin.ts'
import { readHistory } from '../store/history.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { installedPlugin, type PluginRecord, type PluginVersion } from '../store/plugin-record.ts'
import type { RequirementGap } from '../store/requirement-gaps.ts'
import { readState, type State } from '../store/state.ts'
import { versionBefore } from '../store/version-before.ts'
import { hasBackup, restoreKept } from '../update/restore-kept.ts'
import { checkDependents } from './check-dependents.ts'
import { settleWords } from './command-words.ts'
import { commitChange, type ChangeBody } from './commit-change.ts'
import type { InstallContext } from './install-options.ts'
import { activation } from './plan-installation.ts'
import { inStaging } from './staging.ts'

/** How a plugin goes back to a version. */
export interface RollbackOptions {
  /** One that is kept. @default the one that was active before */
  readonly version?: string | undefined
  /** Goes back also when other plugins need what is active now. @default false */
  readonly force?: boolean | undefined
  /** Says what it would do, and does nothing. @default false */
  readonly dryRun?: boolean | undefined
  /** Goes on with what the plugin keeps now, though what it kept with that version is there. @default false */
  readonly keepData?: boolean | undefined
  /** Why, for the history. */
  readonly reason?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** What going back came to. */
export interface RolledBack {
  /** As it is afterwards. */
  readonly plugin: InstalledPlugin
  /** The version that was active. */
  readonly from: string
  readonly to: string
  /** Whether somebody had to agree, because the present grant does not hold for that version. */
  readonly asks: boolean
  /** Whether it has again what it kept with that version. */
  readonly restoresData: boolean
  /** What other plugins lack now. */
  readonly breaks: readonly RequirementGap[]
}

/**
 * Makes a version that is kept the active one again. Its files are verified as they were at install; what it asks for has
 * to be granted still, or is asked about.
 *
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`, `MB_PLUGIN_NOT_KEPT`, `MB_PLUGIN_TAMPERED`,
 *   `MB_PLUGIN_NEEDED`, `MB_COMMAND_CLASH`, `MB_PLUGIN_CONSENT_NEEDED`, `MB_PLUGIN_CONSENT_DENIED`
 */
export async function rollbackPlugin(
  name: string,
  options: RollbackOptions,
  context: InstallContext,
): Promise<RolledBack> {
  const { way, question } = await lookBack(name, { ...context, options })
  if (way.from === way.to) return unchanged(way, { ...context, options })
  const asks = returnGaps(question.trust.grant, way.target).length > 0
  const result = { ...outcome(way, { ...context, options }), asks }
  if (options.dryRun === true) return result
  const agreement = await askConsent(question, context.consent)
  options.signal?.throwIfAborted()
  return await inStaging(context.layout, (folder) =>
    commitChange(context, async (state) => {
      // Others may have changed it while the person was thinking.
      const fixed = { ...context, options: { ...options, version: way.to } }
      const now = await judgeReturn(way.present.id, state, fixed)
      return now.from === now.to
        ? { result: unchanged(now, fixed) }
        : await returning(now, { ...fixed, folder, agreement, asks })
    }),
  )
}

interface Way {
  readonly present: PluginRecord
  readonly target: PluginVersion
  readonly from: string
  readonly to: string
  readonly record: PluginRecord
  readonly obsolete: readonly string[]
  readonly breaks: readonly RequirementGap[]
}

type ReturnContext = InstallContext & { readonly options: RollbackOptions }

// Whoever is changed by others for ever is not looked at after.
const mostChanged = 3

/** What a return comes to, and what is asked about it. Files that go while they are looked at were no longer installed. */
async function lookBack(
  name: string,
  context: ReturnContext,
  attempts = mostChanged,
): Promise<{ readonly way: Way; readonly question: Question }> {
  const state = readState(context.layout)
  try {
    const way = await judgeReturn(name, state, context)
    return { way, question: await questionOf(way, context) }
  } catch (error) {
    const isOther = readState(context.layout).generation !== state.generation
    if (!isOther || attempts === 0 || errorCode(error) === undefined) throw error
    return await lookBack(name, context, attempts - 1)
  }
}

async function judgeReturn(name: string, { plugins }: State, context: ReturnContext): Promise<Way> {
  const { layout, reservedWords, options } = context
  const present = findPlugin(plugins, name)
  const { id } = present
  const target = targetOf(present, context)
  const { version, manifest, digest } = target
  const directory = layout.package(id, version)
  await checkUntouched({ id, directory, digest, signal: options.signal })
  await checkFit(id, manifest)
  const words = settleWords(manifest, {
    id,
    installed: plugins,
    reserved: reservedWords,
    chosen: {},
  })
  const { record, obsolete } = activation(present, target, context)
  const after = plugins.map((plugin) => (plugin === present ? record : plugin))
  const breaks = checkDependents({
    action: 'roll back',
    id,
    before: plugins,
    after,
    force: options.force ?? false,
  })
  const from = present.manifest.version
  return { present, target, from, to: version, record: { ...record, words }, obsolete, breaks }
}

function targetOf(present: PluginRecord, { layout, options }: ReturnContext): PluginVersion {
  const { id, manifest, versions } = present
  const kept = versions.map(({ version }) => version)
  const wanted = options.version ?? versionBefore(present, readHistory(layout, id))
  const target = versions.find(({ version }) => version === wanted)
  if (target !== undefined) return target
  const others = kept.filter((version) => version !== manifest.version)
  throw new PluginError(
    'MB_PLUGIN_NOT_KEPT',
    wanted === undefined
      ? `Cannot roll back "${id}": no version before ${manifest.version} is kept`
      : `Cannot roll back "${id}" to ${JSON.stringify(wanted.slice(0, 80))}: that version is not kept`,
    {
      hint:
        others.length === 0
          ? `Install the version that you want from where it is; mb plugin history ${id} shows which there were`
          : `Choose one of ${others.join(', ')}`,
      details: { kept },
    },
  )
}

async function questionOf(
  { present, target, from }: Way,
  { layout }: InstallContext,
): Promise<Question> {
  const { id } = present
  const { signature, manifest } = await verifyPackage(layout.package(id, target.version))
  return {
    id,
    manifest,
    signature,
    source: target.source,
    digest: target.digest,
    trust: (await readGrants(layout)).get(id) ?? {},
    keyWasNamed: false,
    installed: from,
    isReturn: true,
  }
}

async function returning(
  way: Way,
  context: ReturnContext & {
    readonly folder: string
    readonly agreement: Agreement | undefined
    readonly asks: boolean
  },
): Promise<ChangeBody<RolledBack>> {
  const { layout, clock, agreement, asks, options, folder } = context
  const { present, target, record, obsolete, from, to } = way
  const { id } = present
  const before = (await readGrants(layout)).get(id) ?? {}
  const at = new Date(clock.now()).toISOString()
  const grant = grantAfterReturn(before.grant, target, { agreement, at })
  const trust =
    grant === undefined || grant === before.grant
      ? {}
      : { trust: { before, after: { ...before, grant } } }
  const { reason } = options
  const kept = options.keepData === true ? {} : await restoreKept({ id, from, to, folder }, layout)
  // What it kept with that version is in its place again, or was not wanted.
  const done = [...obsolete, layout.backupOf(id, to)]
  return {
    plan: { parts: [{ id, ...kept, obsolete: done, ...trust }] },
    apply: (state) => state.put(record),
    history: [{ id, action: 'rollback', from, to, reason }],
    result: { ...outcome(way, context), asks },
  }
}

function outcome(
  { record, from, to, breaks }: Way,
  { layout, options }: ReturnContext,
): Omit<RolledBack, 'asks'> {
  const restoresData = options.keepData !== true && from !== to && hasBackup(record.id, to, layout)
  return { plugin: installedPlugin(record, layout), from, to, restoresData, breaks }
}

function unchanged(way: Way, context: ReturnContext): RolledBack {
  return { ...outcome(way, context), asks: false }
}

/** What held for the version that is left holds for the one that is gone back to, and for the way forward again. */
function grantAfterReturn(
  before: Grant | undefined,
  target: PluginVersion,
  { agreement, at }: { readonly agreement: Agreement | undefined; readonly at: string },
): Grant | undefined {
  if (agreement !== undefined) return grantOf(target, agreement, at)
  if (before === undefined) return undefined
  const range = withVersion(before.range, target.version)
  return range === before.range ? before : { ...before, range }
}
