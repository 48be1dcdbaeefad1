import { existsSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyKeyValues } from '../broker/index.ts'
import type { ChangePart } from '../install/change-plan.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { removeTree } from '../store/remove-tree.ts'
import { copyData } from './copy-data.ts'
import { backupParts, valuesPart } from './kept-copy.ts'

/** A plugin that goes back to a version. */
export interface ReturnOfKept {
  readonly id: string
  /** The version that is active now. */
  readonly from: string
  readonly to: string
  /** An empty folder on the file system of the home. */
  readonly folder: string
}

/** Whether what a plugin kept with a version is there, to go back to. */
export function hasBackup(id: string, version: string, layout: HomeLayout): boolean {
  return existsSync(backupParts(layout.backupOf(id, version)).values)
}

/**
 * What a change does, so that a plugin has again what it kept with a version: what it keeps now goes with the version that
 * is active now.
 *
 * @returns nothing where no backup is there: then it goes on with what it keeps now
 * @throws PluginError `MB_PLUGIN_DATA`, `MB_STORE_BROKEN`
 */
export async function restoreKept(
  { id, from, to, folder }: ReturnOfKept,
  layout: HomeLayout,
): Promise<Pick<ChangePart, 'data' | 'values'>> {
  if (!hasBackup(id, to, layout)) return {}
  const backup = backupParts(layout.backupOf(id, to))
  const now = layout.backupOf(id, from)
  // Of the version that is active; whatever lies there is from an earlier stay in it.
  await removeTree(now)
  const data = join(folder, 'data')
  // Copies, because what is undone is thrown away.
  if (existsSync(backup.data)) await copyData(backup.data, data)
  else await mkdir(data, { mode: 0o700 })
  await copyFile(backup.values, join(folder, 'values.db'))
  copyKeyValues(layout.kv, id, join(folder, 'before.db'))
  const own = layout.dataOf(id)
  const aside = existsSync(own) ? { aside: backupParts(now).data, keep: true } : {}
  return {
    data: { from: data, to: own, ...aside },
    values: await valuesPart(folder, backupParts(now).values),
  }
}
