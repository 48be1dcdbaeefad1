import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ground } from './prepare.ts'

/** Folder of the plugin that the tour creates. */
export function project(ground: Ground): string {
  return join(ground.folder, 'notes')
}

/** The one file of a folder. */
export async function onlyFile(folder: string): Promise<string> {
  const [name, ...others] = await readdir(folder)
  if (name === undefined || others.length > 0)
    throw new Error(`Cannot find the one package in "${folder}"`)
  return join(folder, name)
}
