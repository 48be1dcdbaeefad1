import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { isGrantOf } from '../consent/covers-request.ts'
import { readGrants, type Grants } from '../consent/grants.ts'
import { readPlan } from '../install/change-plan.ts'
import { unfinishedChanges } from '../install/recover-changes.ts'
import { abandonedStaging, asidePrefix } from '../install/staging.ts'
import { checkHome } from '../store/home-folders.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { describeGap, requirementGaps } from '../store/requirement-gaps.ts'
import { StateChange } from '../store/state-change.ts'
import { readState, type State } from '../store/state.ts'
import { isIndexCurrent } from '../store/write-command-index.ts'
import { databaseFindings, isSound } from './examine-databases.ts'
import { modeFindings, openModes } from './examine-modes.ts'
import { examinePackages, packageFindings } from './examine-packages.ts'
import type { Finding } from './finding.ts'
import { packageFolders } from './package-folders.ts'

/**
 * Looks at all that a home holds, and changes nothing. Nobody else changes it meanwhile, where that can be had.
 *
 * @throws PluginError `MB_HOME_UNUSABLE`, `MB_HOME_BUSY`
 */
export async function examineHome(layout: HomeLayout): Promise<readonly Finding[]> {
  checkHome(layout)
  if (!existsSync(layout.home)) return []
  using _ = await quietly(layout)
  const journals = await journalFindings(layout)
  const beside = [
    ...journals,
    ...(await stagingFindings(layout)),
    ...databaseFindings(layout),
    ...modeFindings(openModes(layout)),
  ]
  const [state, stateFaults] = await stateOf(layout)
  const [grants, grantFaults] = await grantsOf(layout)
  const faults = [...stateFaults, ...grantFaults, ...beside]
  // What a crash left half-done is no other fault before it was finished or undone.
  if (state === undefined || grants === undefined || journals.length > 0) return faults
  return [
    ...faults,
    ...indexFindings(state, layout),
    ...packageFindings(await examinePackages(state, grants, layout), layout),
    ...grantFindings(state, grants, layout),
    ...requirementFindings(state),
  ]
}

/** Keeps others from changing anything. A home that may only be read changes under nobody's hands. */
async function quietly(layout: HomeLayout): Promise<Disposable> {
  try {
    if (existsSync(layout.state)) return await StateChange.begin(layout)
  } catch (error) {
    const code = errorCode(error)
    if (code !== 'MB_HOME_UNUSABLE' && code !== 'MB_STATE_BROKEN') throw error
  }
  return { [Symbol.dispose]: () => {} }
}

async function stateOf(
  layout: HomeLayout,
): Promise<readonly [State | undefined, readonly Finding[]]> {
  try {
    const state = readState(layout)
    readManifests(state)
    if (!isSound(layout.state))
      return [undefined, [unreadable(`Cannot read "${layout.state}": it is damaged`, layout)]]
    const isLost = state.generation === 0 && (await packageFolders(layout)).length > 0
    return [state, isLost ? [lost(layout)] : []]
  } catch (error) {
    if (errorCode(error) !== 'MB_STATE_BROKEN') throw error
    const message = error instanceof Error ? error.message : String(error)
    const isLater = message.includes('has form')
    return [undefined, [isLater ? later(message, layout) : unreadable(message, layout)]]
  }
}

/** Manifests are read when somebody asks for them. */
function readManifests({ plugins }: State): readonly string[] {
  return plugins.flatMap(({ versions }) => versions.map(({ manifest }) => manifest.name))
}

function unreadable(message: string, { state }: HomeLayout): Finding {
  return {
    code: 'state-unreadable',
    severity: 'error',
    message: `${message}: no plugin can be run`,
    mend: 'Puts the database aside and finds the installed packages again; each asks for consent anew',
    isMendable: true,
    path: state,
  }
}

function later(message: string, { state }: HomeLayout): Finding {
  return {
    code: 'state-later',
    severity: 'error',
    message,
    mend: 'Update MilkBottle, or name another home: set MB_HOME',
    isMendable: false,
    path: state,
  }
}

function lost({ state }: HomeLayout): Finding {
  return {
    code: 'state-lost',
    severity: 'error',
    message: 'There are installed packages, and nothing that says which: none of them can be run',
    mend: 'Finds the packages again; each asks for consent anew',
    isMendable: true,
    path: state,
  }
}

async function grantsOf(
  layout: HomeLayout,
): Promise<readonly [Grants | undefined, readonly Finding[]]> {
  try {
    return [await readGrants(layout), []]
  } catch (error) {
    if (errorCode(error) !== 'MB_GRANTS_BROKEN') throw error
    const message = error instanceof Error ? error.message : String(error)
    return [
      undefined,
      [
        {
          code: 'grants-unreadable',
          severity: 'error',
          message: `${message}: nothing is granted, and no plugin can be run`,
          mend: 'Puts the file aside; each plugin asks for consent anew, and who signed it is forgotten',
          isMendable: true,
          path: layout.grants,
        },
      ],
    ]
  }
}

async function journalFindings(layout: HomeLayout): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const path of await unfinishedChanges(layout)) {
    findings.push(
      (await isReadable(path, layout))
        ? {
            code: 'change-unfinished',
            severity: 'warning',
            message: 'A change was broken off, as by a crash',
            mend: 'Finishes it when it was committed, or else undoes it',
            isMendable: true,
            path,
          }
        : {
            code: 'journal-unreadable',
            severity: 'error',
            message:
              'The journal of a change that was broken off cannot be read: no change can be made',
            mend: 'Puts the journal aside; what the change left shows then, and is mended as such',
            isMendable: true,
            path,
          },
    )
  }
  return findings
}

/** Whether a journal can be finished or undone. */
export async function isReadable(journal: string, layout: HomeLayout): Promise<boolean> {
  try {
    await readPlan(journal, layout)
    return true
  } catch {
    return false
  }
}

async function stagingFindings(layout: HomeLayout): Promise<readonly Finding[]> {
  const left = [...(await abandonedStaging(layout)), ...(await asideLeft(layout))]
  return left.map((path) => ({
    code: 'staging-left',
    severity: 'warning',
    message: `"${basename(path)}" was left by a process that is gone, and takes room`,
    mend: 'Removes it',
    isMendable: true,
    path,
  }))
}

/** What was moved out of the way by a change that left no journal. */
export async function asideLeft(layout: HomeLayout): Promise<readonly string[]> {
  if ((await unfinishedChanges(layout)).length > 0) return []
  const names = await readdir(layout.staging).catch(() => [])
  return names
    .filter((name) => name.startsWith(asidePrefix))
    .map((name) => join(layout.staging, name))
}

function indexFindings(state: State, layout: HomeLayout): readonly Finding[] {
  if (state.generation === 0 || isIndexCurrent(layout, state)) return []
  return [
    {
      code: 'index-stale',
      severity: 'warning',
      message: 'The index of commands is missing, or is not that of what is installed',
      mend: 'Writes it anew',
      isMendable: true,
      path: layout.index,
    },
  ]
}

function grantFindings(
  { plugins, generation }: State,
  grants: Grants,
  { grants: path }: HomeLayout,
): readonly Finding[] {
  const dangling = generation === 0 ? [] : danglingGrants(plugins, grants)
  const stale = plugins.filter((plugin) => !isGrantOf(grants.get(plugin.id)?.grant, plugin))
  return [
    ...dangling.map((plugin): Finding => ({
      code: 'grant-dangling',
      severity: 'warning',
      message: `Something is granted to ${plugin}, which is not installed`,
      mend: 'Takes it back; who signed it stays known',
      isMendable: true,
      plugin,
      path,
    })),
    ...stale.map(({ id }): Finding => ({
      code: 'grant-stale',
      severity: 'warning',
      message: `${id} does not run: nothing is granted to it as it is installed`,
      mend: `Agree to what it asks with mb plugin approve ${id}`,
      isMendable: false,
      plugin: id,
      path,
    })),
  ]
}

/** Ids that have a grant and are not installed. */
export function danglingGrants(plugins: State['plugins'], grants: Grants): readonly string[] {
  const installed = new Set(plugins.map(({ id }) => id))
  return [...grants].flatMap(([id, { grant }]) =>
    grant === undefined || installed.has(id) ? [] : [id],
  )
}

function requirementFindings({ plugins }: State): readonly Finding[] {
  return requirementGaps(plugins).map((gap) => ({
    code: 'requirement-missing',
    severity: 'error',
    message: describeGap(gap),
    mend: gap.state === 'disabled' ? `Switch on ${gap.needs}` : `Install ${gap.needs}@${gap.range}`,
    isMendable: false,
    plugin: gap.plugin,
  }))
}
