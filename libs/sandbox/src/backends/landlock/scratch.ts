import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isInside } from '@mb/kernel'
import { makeOwnFolder, temporaryPlaces } from '../../machine/own-folder.ts'
import { removeTree } from '../../machine/remove-tree.ts'

/** A folder of the host for one jail, closed to other users. */
export interface Scratch {
  readonly home: string
  readonly temporary: string
  /** A file that no grant covers, where there is a place for one. */
  readonly canary: string | undefined
  readonly remove: () => Promise<void>
}

/**
 * Makes the scratch space of a jail, beside all grants where there is such a place.
 *
 * @param granted what the program can see
 */
export function makeScratch(granted: readonly string[]): Scratch {
  const isApart = (folder: string): boolean => !granted.some((path) => isInside(path, folder))
  const base = temporaryPlaces().find((folder) => isApart(folder)) ?? tmpdir()
  const path = makeOwnFolder('jail', base)
  const [home, temporary, canary] = ['home', 'tmp', 'canary'].map((name) => join(path, name))
  if (home === undefined || temporary === undefined || canary === undefined) throw new TypeError()
  mkdirSync(home)
  mkdirSync(temporary)
  if (isApart(path)) writeFileSync(canary, 'canary')
  return {
    home,
    temporary,
    canary: isApart(path) ? canary : undefined,
    remove: () => removeTree(path),
  }
}
