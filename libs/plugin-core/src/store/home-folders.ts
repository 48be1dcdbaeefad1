import { lstatSync, statSync, type Stats } from 'node:fs'
import { rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode, makeFolder } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import type { HomeLayout } from './home-layout.ts'

/**
 * Refuses a home that is no folder, or whose parts are links: what is written there would land elsewhere. The home
 * itself may be a link, which is how people move it. A home that does not exist yet is fine.
 *
 * @throws PluginError `MB_HOME_UNUSABLE`
 */
export function checkHome(layout: HomeLayout): void {
  const home = factsOf(layout.home, statSync)
  if (home === undefined) return
  if (!home.isDirectory()) throw unusable(layout.home, 'it is not a folder')
  for (const folder of [layout.plugins, layout.staging, layout.journal, layout.logs]) {
    const facts = factsOf(folder, lstatSync)
    if (facts?.isDirectory() === false) throw unusable(folder, kindOf(facts, 'not a folder'))
  }
  for (const file of [layout.state, layout.grants, layout.index, layout.usage]) {
    const facts = factsOf(file, lstatSync)
    if (facts?.isFile() === false) throw unusable(file, kindOf(facts, 'not a file'))
  }
}

/**
 * Refuses a place for a package that leads through a link.
 *
 * @throws PluginError `MB_HOME_UNUSABLE`
 */
export function checkPlace(layout: HomeLayout, place: string): void {
  for (let folder = place; folder !== layout.plugins; folder = dirname(folder)) {
    const facts = factsOf(folder, lstatSync)
    if (facts?.isDirectory() === false) throw unusable(folder, kindOf(facts, 'not a folder'))
  }
}

/** Folders that were made for something that may not come to be. */
export interface MadeFolders {
  /** Takes away again what was made, as far as nothing was put there since. */
  undo(): Promise<void>
}

/**
 * Makes a folder and its parents, private to the person.
 *
 * @throws PluginError `MB_HOME_UNUSABLE` when that cannot be done
 */
export async function makeFolders(path: string): Promise<MadeFolders> {
  const first = await makeMissing(path)
  return {
    async undo() {
      if (first === undefined) return
      for (let folder = path; ; folder = dirname(folder)) {
        if (!(await removeEmptyFolder(folder)) || folder === first) return
      }
    },
  }
}

/** Removes a folder when it is empty. Whether it is gone. */
export async function removeEmptyFolder(path: string): Promise<boolean> {
  try {
    await rmdir(path)
    return true
  } catch (error) {
    return errorCode(error) === 'ENOENT'
  }
}

async function makeMissing(path: string, attempt = 0): Promise<string | undefined> {
  try {
    return await makeFolder(path, { mode: 0o700 })
  } catch (error) {
    // Another process took an empty parent away between its making and ours.
    if (errorCode(error) === 'ENOENT' && attempt < 20) return await makeMissing(path, attempt + 1)
    throw new PluginError('MB_HOME_UNUSABLE', `Cannot make folder "${path}": ${reasonOf(error)}`, {
      hint: 'Name a home that you may write to: set MB_HOME',
      cause: error,
    })
  }
}

function factsOf(path: string, look: (path: string) => Stats): Stats | undefined {
  try {
    return look(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw unusable(path, reasonOf(error))
  }
}

function kindOf(facts: Stats, otherwise: string): string {
  return facts.isSymbolicLink() ? 'it is a link' : `it is ${otherwise}`
}

function unusable(path: string, reason: string): PluginError {
  return new PluginError('MB_HOME_UNUSABLE', `Cannot use "${path}": ${reason}`, {
    hint: 'Move it away, or name another home: set MB_HOME',
  })
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'its file system is read-only',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'there is a file of that name',
  ENOSPC: 'the disk is full',
  ELOOP: 'its links lead in a circle',
}

/** A system error in words. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error)
  return (code === undefined ? undefined : reasons[code]) ?? code ?? String(error)
}
