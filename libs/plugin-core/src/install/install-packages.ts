import { basename, dirname, join } from 'node:path'
import type { Agreement } from '../consent/agreement.ts'
import type { Question } from '../consent/ask-consent.ts'
import { askConsents } from '../consent/ask-consents.ts'
import { allAsked } from '../consent/covers-request.ts'
import { effectivePermissions } from '../consent/effective-permissions.ts'
import { PluginError } from '../plugin-error.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { installedPlugin, type PluginRecord } from '../store/plugin-record.ts'
import { describeGap, newGaps } from '../store/requirement-gaps.ts'
import { readState, type State } from '../store/state.ts'
import { tryVersion, type Trial } from '../update/try-version.ts'
import { whileItChanges } from '../update/while-it-changes.ts'
import type { ChangePart } from './change-plan.ts'
import { commitChange } from './commit-change.ts'
import type { InstallContext } from './install-options.ts'
import { judgePackage, type Judgement } from './judge-package.ts'
import { planInstallation, type Installation } from './plan-installation.ts'
import { scanPackage } from './scan.ts'
import { sealPackage } from './seal-package.ts'
import type { StagedPackage } from './staged-package.ts'

/**
 * Installs verified packages in one change, all or none: scan → consent → commit. What is installed already is left as
 * it is.
 *
 * @param packages - each after those that it needs
 * @returns the plugins, in the same order
 * @throws PluginError
 */
export async function installPackages(
  packages: readonly StagedPackage[],
  context: InstallContext,
): Promise<readonly InstalledPlugin[]> {
  const { layout } = context
  const before = await judgeAll(packages, readState(layout), context)
  const fresh = before.filter(isFresh)
  if (fresh.length === 0) return before.map(({ record }) => installedPlugin(record, layout))
  const agreements = await agree(fresh, context)
  for (const { staged } of fresh) {
    staged.options.signal?.throwIfAborted()
    await sealPackage(staged.directory)
  }
  return await whileItChanges(packages[0]?.id ?? '', async (attempt) => {
    const trials = await tryAll(fresh, { ...context, agreements, attempt })
    for (const { staged } of fresh) staged.options.onStep?.('commit')
    return await commitAll(packages, { ...context, agreements, trials })
  })
}

/** Tries out what takes the place of another version, with copies of what that keeps. */
async function tryAll(
  fresh: readonly Fresh[],
  {
    agreements,
    attempt,
    ...context
  }: InstallContext & { readonly agreements: Agreements; readonly attempt: number },
): Promise<Trials> {
  const trials = new Map<string, Trial>()
  for (const { staged, judgement } of fresh) {
    const { id, facts, directory, options } = staged
    const { present, trust } = judgement
    const granted = (agreements.get(id) ?? trust.grant)?.permissions
    if (present === undefined || granted === undefined) continue
    const folder = join(dirname(directory), `${basename(directory)}-kept-${attempt}`)
    const permissions = effectivePermissions(allAsked(facts.manifest), granted)
    const from = present.manifest.version
    const { manifest } = facts
    const { signal, onStep } = options
    const request = { id, from, manifest, directory, permissions, folder, signal, onStep }
    const trial = await tryVersion(request, context)
    if (trial !== undefined) trials.set(id, trial)
  }
  return trials
}

/** Undefined when what a plugin keeps is not what was tried any more. */
async function commitAll(
  packages: readonly StagedPackage[],
  {
    trials,
    ...context
  }: InstallContext & { readonly agreements: Agreements; readonly trials: Trials },
): Promise<readonly InstalledPlugin[] | undefined> {
  return await commitChange(context, async (state) => {
    // Others may have installed something while the person was thinking.
    const now = await judgeAll(packages, state, context)
    const result = now.map(({ record }) => installedPlugin(record, context.layout))
    const installations = now.flatMap(({ installation = [] }) => installation)
    if (installations.length === 0) return { result }
    checkOthers(packages, state.plugins, now)
    for (const [id, trial] of trials)
      if (!(await trial.isCurrent(state.plugins.find((plugin) => plugin.id === id))))
        return { result: undefined }
    const parts: ChangePart[] = []
    for (const { part } of installations)
      parts.push({ ...part, ...(await trials.get(part.id)?.part()) })
    return {
      plan: { parts },
      apply: (change) => {
        for (const { record } of installations) change.put(record)
      },
      history: installations.map(({ note }) => note),
      result,
    }
  })
}

/** A package, what is thought of it, and the plugin as it is afterwards. */
interface Judged {
  readonly staged: StagedPackage
  readonly judgement: Judgement
  readonly record: PluginRecord
  /** Absent when it is installed already. */
  readonly installation?: Installation
}

interface Fresh extends Judged {
  readonly judgement: Extract<Judgement, { isInstalled: false }>
}

function isFresh(judged: Judged): judged is Fresh {
  return !judged.judgement.isInstalled
}

type Trials = ReadonlyMap<string, Trial>

type Agreements = ReadonlyMap<string, Agreement | undefined>

/** Judges one after the other, each as if those before it were installed: their words are taken. */
async function judgeAll(
  packages: readonly StagedPackage[],
  state: State,
  context: InstallContext & { readonly agreements?: Agreements },
): Promise<readonly Judged[]> {
  const all: Judged[] = []
  let plugins = state.plugins
  for (const staged of packages) {
    const judgement = await judgePackage(staged, { ...state, plugins }, context)
    const agreement = context.agreements?.get(staged.id)
    const installation = judgement.isInstalled
      ? undefined
      : planInstallation(staged, judgement, { ...context, agreement })
    const record = judgement.isInstalled ? judgement.record : installation?.record
    if (record === undefined) throw new TypeError(`Cannot plan the installation of "${staged.id}"`)
    all.push({ staged, judgement, record, ...(installation === undefined ? {} : { installation }) })
    plugins = withRecord(plugins, record)
  }
  return all
}

function withRecord(
  plugins: readonly PluginRecord[],
  record: PluginRecord,
): readonly PluginRecord[] {
  return [...plugins.filter(({ id }) => id !== record.id), record]
}

/** Has all of them scanned before anybody is asked about one. */
async function agree(
  fresh: readonly Fresh[],
  { consent, scan }: InstallContext,
): Promise<Agreements> {
  const questions: Question[] = []
  for (const { staged, judgement } of fresh) {
    const { id, directory, options } = staged
    if (scan !== undefined) options.onStep?.('scan')
    const findings = await scanPackage(scan, { id, directory, signal: options.signal })
    questions.push({
      ...questionOf(staged, judgement),
      ...(scan === undefined ? {} : { findings }),
    })
  }
  fresh[0]?.staged.options.onStep?.('consent')
  const agreements = await askConsents(questions, consent)
  return new Map(fresh.map(({ staged }, at) => [staged.id, agreements[at]]))
}

function questionOf(
  { id, facts, source, options, promised, neededBy, warnings }: StagedPackage,
  { trust, present }: Fresh['judgement'],
): Question {
  const { manifest, signature, tree } = facts
  return {
    id,
    manifest,
    signature,
    source,
    digest: tree.digest,
    repository: promised?.repository,
    trust,
    keyWasNamed: options.publicKey !== undefined || promised?.isKeyKnown === true,
    installed: present?.manifest.version,
    neededBy,
    ...(warnings === undefined ? {} : { warnings }),
  }
}

/** Refuses to take from other plugins what they have now, and to leave a plugin without what came with it. */
function checkOthers(
  packages: readonly StagedPackage[],
  before: readonly PluginRecord[],
  judged: readonly Judged[],
): void {
  if (packages.some(({ options }) => options.force === true)) return
  const after = judged.reduce((plugins, { record }) => withRecord(plugins, record), before)
  // Alone, a plugin may lack what it needs: it was asked for so, and health tells of it.
  const mayLack = packages.length === 1 ? packages[0]?.id : undefined
  const gap = newGaps(before, after).find(({ plugin }) => plugin !== mayLack)
  if (gap === undefined) return
  throw new PluginError(
    'MB_PLUGIN_NEEDED',
    `Cannot install ${packages.map(({ id }) => `"${id}"`).join(', ')}: ${describeGap(gap)}`,
    {
      hint: `Uninstall ${gap.plugin} first, or break it with --force`,
      details: { breaks: [gap] },
    },
  )
}
