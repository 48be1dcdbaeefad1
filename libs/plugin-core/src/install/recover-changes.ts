import { existsSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, isInside, syncDirectory } from '@mb/kernel'
import { purgeKeyValues, replaceKeyValues } from '../broker/index.ts'
import { writeTrust } from '../consent/grants.ts'
import { makeFolders, removeEmptyFolder } from '../store/home-folders.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { removeIfPossible, removeTree } from '../store/remove-tree.ts'
import type { State } from '../store/state.ts'
import { isDamaged } from '../store/state-error.ts'
import { readPlan, type ChangePlan, type Placing } from './change-plan.ts'
import { asidePath, stagingOf } from './staging.ts'

/**
 * Finishes the changes that were committed, and undoes those that were not. Whoever holds the change calls it first
 * (then what it finds was left by a crash) and last (then it finds its own).
 *
 * Each step can be taken again, because the one who takes it may be killed too.
 *
 * @returns how many there were
 */
export async function recoverChanges(layout: HomeLayout, state: State): Promise<number> {
  const journals = await unfinishedChanges(layout)
  for (const journal of journals) {
    const plan = await readPlan(journal, layout)
    if (plan?.change === state.lastChange) await finishChange(plan, layout)
    else if (plan !== undefined) await undoChange(plan, layout)
    await rm(journal, { force: true })
  }
  if (journals.length > 0) await syncDirectory(layout.journal)
  return journals.length
}

/** The journals that there are. */
export async function unfinishedChanges(layout: HomeLayout): Promise<readonly string[]> {
  try {
    const names = await readdir(layout.journal)
    return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(layout.journal, name))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

async function finishChange({ parts }: ChangePlan, layout: HomeLayout): Promise<void> {
  for (const { id, place, data, values, obsolete, purge } of parts) {
    if (place?.aside !== undefined) await discard(place.aside, layout)
    if (data?.aside !== undefined && data.keep !== true) await discard(data.aside, layout)
    if (values?.put?.aside !== undefined) await discard(values.put.aside, layout)
    for (const folder of obsolete) {
      await discard(folder, layout)
      await removeEmptyParents(folder, layout)
    }
    if (purge === true) await forgetValues(id, layout)
  }
}

/** What nobody can read any more is forgotten; a doctor puts its database aside. */
async function forgetValues(id: string, layout: HomeLayout): Promise<void> {
  try {
    await purgeKeyValues(layout.kv, id)
  } catch (error) {
    if (!(error instanceof Error && isDamaged(error.cause))) throw error
  }
}

async function undoChange({ parts }: ChangePlan, layout: HomeLayout): Promise<void> {
  // First of all: the copies are in folders that go away below. Once they are gone, this was done before.
  for (const { id, values } of parts)
    if (values !== undefined && existsSync(values.before))
      replaceKeyValues(layout.kv, id, values.before)
  for (const { id, place, data, values, trust } of parts.toReversed()) {
    if (values?.put !== undefined) await undoPlacing(values.put, layout)
    if (data !== undefined) await undoPlacing(data, layout)
    if (place !== undefined) await undoPlacing(place, layout)
    if (trust !== undefined) await writeTrust(layout, id, trust.before)
  }
}

/** What cannot be removed is out of the way at least: one plugin keeps nobody from changing the others. */
async function discard(path: string, layout: HomeLayout): Promise<void> {
  if ((await removeIfPossible(path)) || stagingOf(path, layout) !== undefined) return
  await makeFolders(layout.staging)
  await rename(path, asidePath(layout))
  await syncDirectory(dirname(path))
}

async function undoPlacing({ from, to, aside }: Placing, layout: HomeLayout): Promise<void> {
  // What stands in the place is the new one only if the old one is aside, or if there was no old one.
  if (aside === undefined) await removeTree(to)
  else if (existsSync(aside)) {
    await removeTree(to)
    await makeFolders(dirname(to))
    await rename(aside, to)
    await syncDirectory(dirname(to))
    await removeEmptyParents(aside, layout)
  }
  await removeTree(stagingOf(from, layout) ?? from)
  if (aside === undefined) await removeEmptyParents(to, layout)
}

async function removeEmptyParents(path: string, layout: HomeLayout): Promise<void> {
  for (let folder = dirname(path); isInside(layout.home, folder); folder = dirname(folder)) {
    if (lasting(layout).has(folder) || !(await removeEmptyFolder(folder))) return
  }
}

/** What stays, also when nothing is in it. */
function lasting({ home, plugins, staging }: HomeLayout): ReadonlySet<string> {
  return new Set([home, plugins, staging])
}
