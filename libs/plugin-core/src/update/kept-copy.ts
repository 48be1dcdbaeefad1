import { existsSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyKeyValues, markOfKeyValues } from '../broker/index.ts'
import type { ChangePart } from '../install/change-plan.ts'
import { asidePath } from '../install/staging.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { removeTree } from '../store/remove-tree.ts'
import { copyData, markOfData } from './copy-data.ts'

/** Copies of all that a plugin keeps, for a new version to be tried with. */
export interface KeptCopy {
  readonly data: string
  readonly keyValues: string
  /** What it kept, told apart from what it may keep by now. */
  readonly mark: string
  /** Whether it kept nothing at all. */
  readonly isEmpty: boolean
}

/** Where the parts of a backup lie. */
export function backupParts(folder: string): { readonly data: string; readonly values: string } {
  return { data: join(folder, 'data'), values: join(folder, 'values.db') }
}

/** Copies what a plugin keeps into a new folder. */
export async function copyKept(
  id: string,
  layout: HomeLayout,
  { folder, signal }: { readonly folder: string; readonly signal?: AbortSignal | undefined },
): Promise<KeptCopy> {
  await mkdir(folder, { mode: 0o700 })
  const mark = await markOfKept(id, layout)
  const data = join(folder, 'data')
  const own = layout.dataOf(id)
  const hasData = existsSync(own)
  if (hasData) await copyData(own, data, { signal })
  const keyValues = join(folder, 'values.db')
  const count = copyKeyValues(layout.kv, id, keyValues)
  copyKeyValues(layout.kv, id, join(folder, 'before.db'))
  return { data, keyValues, mark, isEmpty: !hasData && count === 0 }
}

/** Tells what a plugin keeps from what it kept: the same text as long as nothing of it changed. */
export async function markOfKept(id: string, layout: HomeLayout): Promise<string> {
  return `${await markOfData(layout.dataOf(id))} ${markOfKeyValues(layout.kv, id)}`
}

/** What a change does, so that what was tried becomes real, and what was before can be had again. */
export async function keptPart(
  { folder, id, from, isBackedUp }: KeptChange,
  layout: HomeLayout,
): Promise<Pick<ChangePart, 'data' | 'values'>> {
  const backup = layout.backupOf(id, from)
  // Of the version that is active; whatever lies there is from an earlier stay in it.
  await removeTree(backup)
  return {
    ...dataPart(join(folder, 'data'), layout.dataOf(id), {
      aside: isBackedUp ? backupParts(backup).data : asidePath(layout),
      isBackedUp,
    }),
    values: await valuesPart(folder, isBackedUp ? backupParts(backup).values : undefined),
  }
}

/**
 * What a change does to the values of a plugin: those in `values.db` of a folder take the place of those that `before.db` is a
 * copy of.
 *
 * @param backup where that copy is kept
 */
export async function valuesPart(
  folder: string,
  backup: string | undefined,
): Promise<NonNullable<ChangePart['values']>> {
  const from = join(folder, 'values.db')
  const before = join(folder, 'before.db')
  if (backup === undefined) return { from, before }
  // The one is for undoing the change, the other for going back later.
  const kept = join(folder, 'kept.db')
  await copyFile(before, kept)
  return { from, before, put: { from: kept, to: backup } }
}

/** A change of what a plugin keeps. */
export interface KeptChange {
  /** Of the copies. */
  readonly folder: string
  readonly id: string
  /** The version whose data this was. */
  readonly from: string
  /** Whether it is kept as it was before. */
  readonly isBackedUp: boolean
}

function dataPart(
  data: string,
  own: string,
  { aside, isBackedUp }: { readonly aside: string; readonly isBackedUp: boolean },
): Pick<ChangePart, 'data'> {
  if (!existsSync(data)) return {}
  if (!existsSync(own)) return { data: { from: data, to: own } }
  return { data: { from: data, to: own, aside, keep: isBackedUp } }
}
