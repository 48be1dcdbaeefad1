import { dirname, isAbsolute, join, normalize } from 'node:path'
import { isInside } from '@mb/kernel'
import type { Budget } from './budget.ts'
import { candidateIn, list, outside, tooMany, type Met } from './find-in-folder.ts'
import { kindOf, readSmall } from './look.ts'
import type { Place } from './places.ts'
import { problem } from './problem.ts'

/** The field of a `package.json` that says that the package is a plugin: `true`, or where its manifest is. */
const field = 'mb-plugin'
const maxPackageBytes = 1024 * 1024

/** Finds the packages of a `node_modules` that say that they are plugins. */
export function* findPackages(place: Place, budget: Budget): Generator<Met, void> {
  yield* packagesIn(place.path, true)
  if (budget.isSpent) yield tooMany(place)

  function* packagesIn(folder: string, mayBeScopes: boolean): Generator<Met, void> {
    yield { kind: 'folder', path: folder }
    const { entries, notes } = list(folder, budget)
    yield* notes
    for (const entry of entries) {
      if (budget.isSpent) return
      if (entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      const isScope = mayBeScopes && entry.name.startsWith('@')
      const kind = kindOf(entry, path, place.bound)
      if (kind === 'folder' && isScope) yield* packagesIn(path, false)
      else if (kind === 'folder') yield* packageAt(path)
      else if (kind === 'outside' && saysPlugin(path) !== undefined) yield outside(path, place)
    }
  }

  function* packageAt(path: string): Generator<Met, void> {
    const said = saysPlugin(path)
    if (said === undefined) return
    budget.takePlugin()
    const folder = said === true ? path : folderOf(path, said)
    const candidate =
      folder === undefined ? undefined : candidateIn(folder, { place, form: 'package' })
    if (candidate !== undefined) {
      yield { kind: 'candidate', candidate }
      return
    }
    const message = `${JSON.stringify(path)} says that it is a plugin, and has no manifest where it says`
    const hint = `Set "${field}" of its package.json to true, or to the path of its plugin.yaml`
    yield { kind: 'note', note: problem('warning', 'no-manifest', message, hint) }
  }
}

/** What a package says of being a plugin; undefined when it says nothing of the kind. */
function saysPlugin(folder: string): string | true | undefined {
  const bytes = readSmall(join(folder, 'package.json'), maxPackageBytes)
  // Nearly all packages are none: to parse a thousand of them takes longer than to read them.
  if (bytes === undefined || !bytes.includes(`"${field}"`)) return undefined
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    const said: unknown =
      typeof value === 'object' && value !== null && field in value ? value[field] : undefined
    return said === true || typeof said === 'string' ? said : undefined
  } catch {
    return undefined
  }
}

/** The folder that a package names for its plugin, unless that is the package itself, or it names none. */
export function pluginFolderIn(path: string): string | undefined {
  const said = saysPlugin(path)
  const folder = typeof said === 'string' ? folderOf(path, said) : undefined
  return folder === path ? undefined : folder
}

/** The folder of a manifest that a package names, which has to lie in the package. */
function folderOf(path: string, manifest: string): string | undefined {
  if (isAbsolute(manifest) || manifest.includes('\0')) return undefined
  const file = join(path, normalize(manifest))
  return isInside(path, file) && file !== path ? dirname(file) : undefined
}
