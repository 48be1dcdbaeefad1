import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { isPluginId, metadataDirectory } from '@mb/manifest'
import semver from 'semver'
import type { HomeLayout } from '../store/home-layout.ts'

/** A folder that holds an installed package, whether the state knows it or not. */
export interface PackageFolder {
  readonly id: string
  readonly version: string
  readonly directory: string
}

/** The packages below the folder of plugins. What people put there by hand has another form and is none. */
export async function packageFolders(layout: HomeLayout): Promise<readonly PackageFolder[]> {
  const found: PackageFolder[] = []
  for (const namespace of await foldersIn(layout.plugins)) {
    for (const name of await foldersIn(join(layout.plugins, namespace))) {
      const id = `${namespace}/${name}`
      if (!isPluginId(id)) continue
      for (const version of await foldersIn(join(layout.plugins, namespace, name))) {
        const directory = join(layout.plugins, namespace, name, version)
        if (semver.valid(version) === version && existsSync(join(directory, metadataDirectory)))
          found.push({ id, version, directory })
      }
    }
  }
  return found.toSorted((a, b) => (a.directory < b.directory ? -1 : 1))
}

async function foldersIn(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
