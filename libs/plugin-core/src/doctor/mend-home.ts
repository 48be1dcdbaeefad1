import { chmod, rm } from 'node:fs/promises'
import { errorCode } from '@mb/kernel'
import { verifyPackage } from '@mb/manifest'
import { readGrants, type Grants, type PluginTrust } from '../consent/grants.ts'
import type { ChangePart } from '../install/change-plan.ts'
import {
  commitChange,
  recover,
  type ChangeBody,
  type ChangeContext,
  type ChangeStep,
} from '../install/commit-change.ts'
import { unfinishedChanges } from '../install/recover-changes.ts'
import { abandonedStaging } from '../install/staging.ts'
import type { HistoryNote } from '../store/history.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { withActive, type PluginRecord } from '../store/plugin-record.ts'
import { removeIfPossible } from '../store/remove-tree.ts'
import { StateChange } from '../store/state-change.ts'
import type { State } from '../store/state.ts'
import { asideLeft, danglingGrants, examineHome, isReadable } from './examine-home.ts'
import { isSound } from './examine-databases.ts'
import { openModes } from './examine-modes.ts'
import { examinePackages, type BrokenVersion, type PackageFaults } from './examine-packages.ts'
import type { Finding, FindingCode } from './finding.ts'
import { packageFolders, type PackageFolder } from './package-folders.ts'
import { putAside } from './put-aside.ts'
import { restoration } from './restore-state.ts'

/** The points of mending, beside those of the change that it makes, in their order. */
export const mendSteps = ['put-aside', 'mended', 'swept'] as const

/** Where a home is mended. */
export interface MendContext extends Omit<ChangeContext, 'reached'> {
  readonly reservedWords: ReadonlySet<string>
  readonly reached: (step: ChangeStep | (typeof mendSteps)[number]) => void
}

/**
 * Mends what can be mended. It may be broken off anywhere and done again: what cannot be read is put aside, never thrown
 * away, and all that belongs together is one change.
 */
export async function mendHome(findings: readonly Finding[], context: MendContext): Promise<void> {
  const { layout } = context
  const has = (code: FindingCode): boolean => findings.some((finding) => finding.code === code)
  for (const { path, wanted } of openModes(layout)) await chmod(path, wanted)
  if (has('state-later')) return
  for (const journal of await unfinishedChanges(layout))
    if (!(await isReadable(journal, layout))) await putAside(journal, context)
  const isStill = has('grants-unreadable') || has('state-unreadable') ? await look(layout) : has
  if (isStill('grants-unreadable')) await putAside(layout.grants, context)
  if (isStill('state-unreadable')) await putStateAside(layout, context)
  if (!isSound(layout.kv)) await putAside(layout.kv, context)
  if (!isSound(layout.usage)) await rm(layout.usage, { force: true })
  context.reached('put-aside')
  await commitChange(context, async (state) => await mending(state, context))
  context.reached('mended')
  await recover(layout)
  await sweep(context)
  context.reached('swept')
}

/** Another doctor may have mended meanwhile what was found, and somebody may have used it since. */
async function look(layout: HomeLayout): Promise<(code: FindingCode) => boolean> {
  const codes = new Set((await examineHome(layout)).map(({ code }) => code))
  return (code) => codes.has(code)
}

/** Nobody changes anything meanwhile: what is aside while somebody does may have to be put back. */
async function sweep({ layout, signal }: MendContext): Promise<void> {
  using _ = await StateChange.begin(layout, { signal })
  for (const path of [...(await abandonedStaging(layout)), ...(await asideLeft(layout))])
    await removeIfPossible(path)
}

async function putStateAside(layout: HomeLayout, context: MendContext): Promise<void> {
  // With the database gone, its log would be taken for that of the next one.
  for (const path of [`${layout.state}-wal`, `${layout.state}-shm`, layout.state])
    await putAside(path, context)
}

/** One change of all that the state, the folders and the grants have to say of each other. */
async function mending(
  state: State,
  context: MendContext,
): Promise<ChangeBody<void> | { readonly result: void }> {
  const { layout, clock, reservedWords } = context
  const grants = await readGrants(layout)
  if (state.generation === 0) {
    if ((await packageFolders(layout)).length === 0) return { result: undefined }
    const at = new Date(clock.now()).toISOString()
    return await restoration({ layout, reservedWords, grants, at })
  }
  const faults = await examinePackages(state, grants, layout)
  const records = mendedRecords(faults)
  const parts = [
    ...records.map(({ before, after }) => recordPart(before, after, layout)),
    ...(await dropUnknown(faults.unknown, context)),
    ...danglingGrants(state.plugins, grants).map((id) => grantPart(id, grants)),
  ]
  if (parts.length === 0) return { result: undefined }
  return {
    plan: { parts },
    apply: (change) => {
      for (const { after } of records) change.put(after)
    },
    history: records.flatMap(({ before, after }) => noteOf(before, after)),
    result: undefined,
  }
}

/** A whole package can be had again. What else lies there may be somebody's own work, and is put aside. */
async function dropUnknown(
  unknown: readonly PackageFolder[],
  context: MendContext,
): Promise<readonly ChangePart[]> {
  const parts: ChangePart[] = []
  for (const { id, version, directory } of unknown) {
    if (await isPackage(directory)) parts.push({ id, obsolete: [directory] })
    else await putAside(directory, context, `${id.replace('/', '-')}-${version}`)
  }
  return parts
}

async function isPackage(directory: string): Promise<boolean> {
  try {
    await verifyPackage(directory)
    return true
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return false
  }
}

interface MendedRecord {
  readonly before: PluginRecord
  readonly after: PluginRecord
}

function mendedRecords({ broken }: PackageFaults): readonly MendedRecord[] {
  const byPlugin = Map.groupBy(broken, ({ plugin }) => plugin)
  return [...byPlugin].flatMap(([before, faults]) => {
    const after = withoutBroken(before, faults)
    return after.versions.length === before.versions.length ? [] : [{ before, after }]
  })
}

/** What cannot run and has no heir stays as it is: its data, grant and words wait for it to be installed again. */
function withoutBroken(before: PluginRecord, faults: readonly BrokenVersion[]): PluginRecord {
  const heir = faults.find((fault) => fault.heir !== undefined)?.heir
  const present = heir === undefined ? before : withActive(before, heir)
  const gone = new Set(faults.map(({ version }) => version.version))
  const versions = present.versions.filter(
    ({ version }) => version === present.manifest.version || !gone.has(version),
  )
  return { ...present, versions }
}

function recordPart(before: PluginRecord, after: PluginRecord, layout: HomeLayout): ChangePart {
  const kept = new Set(after.versions.map(({ version }) => version))
  const { id } = before
  return {
    id,
    obsolete: before.versions.flatMap(({ version }) =>
      kept.has(version) ? [] : [layout.package(id, version)],
    ),
  }
}

function grantPart(id: string, grants: Grants): ChangePart {
  const before: PluginTrust = grants.get(id) ?? {}
  const { grant: _, ...after } = before
  return { id, obsolete: [], trust: { before, after } }
}

function noteOf(before: PluginRecord, after: PluginRecord): readonly HistoryNote[] {
  const [from, to] = [before.manifest.version, after.manifest.version]
  return from === to
    ? []
    : [
        {
          id: before.id,
          action: 'rollback',
          from,
          to,
          reason: 'the files of this version were damaged',
        },
      ]
}
