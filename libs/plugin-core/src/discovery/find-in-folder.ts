import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { manifestFiles } from '@mb/manifest/peek'
import type { Budget } from './budget.ts'
import type { Candidate } from './candidate.ts'
import type { DiscoveryProblem, FoundForm } from './discovered-plugin.ts'
import { entriesOf, kindOf, lookAt, lookBehind, stampOf } from './look.ts'
import type { Place } from './places.ts'
import { problem, reasonOf } from './problem.ts'

/** What is met on the way through a place. */
export type Met =
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  | { readonly kind: 'note'; readonly note: DiscoveryProblem }
  /** A folder that is looked at now: whoever watches the place watches it. */
  | { readonly kind: 'folder'; readonly path: string }

/** As deep as `namespace/name/version`. */
const maxDepth = 3
const archive = /\.(?:zip|whl|tgz|tar\.(?:gz|bz2|xz)|tbz2?|txz)$/i
const neverEntered: ReadonlySet<string> = new Set(['node_modules', '__pycache__'])

/** Finds what is to be a plugin in a folder: folders with a manifest, at most three deep, and archives. */
export function* findInFolder(place: Place, budget: Budget): Generator<Met, void> {
  yield* visit(place.path, 0)
  if (budget.isSpent) yield tooMany(place)

  function* visit(folder: string, depth: number): Generator<Met, void> {
    const candidate = candidateIn(folder, { place, form: 'folder' })
    if (candidate !== undefined) {
      budget.takePlugin()
      yield { kind: 'folder', path: folder }
      yield { kind: 'candidate', candidate }
      return
    }
    if (depth < maxDepth) yield* enter(folder, depth)
  }

  function* enter(folder: string, depth: number): Generator<Met, void> {
    yield { kind: 'folder', path: folder }
    const { entries, notes } = list(folder, budget)
    yield* notes
    for (const entry of entries) {
      if (budget.isSpent) return
      if (entry.name.startsWith('.') || neverEntered.has(entry.name)) continue
      const path = join(folder, entry.name)
      const kind = kindOf(entry, path, place.bound)
      if (kind === 'outside') yield outside(path, place)
      else if (kind === 'folder') yield* visit(path, depth + 1)
      else if (kind === 'file' && archive.test(entry.name)) yield* archiveAt(path)
    }
  }

  function* archiveAt(path: string): Generator<Met, void> {
    const facts = lookBehind(path)
    if (facts === undefined) return
    budget.takePlugin()
    const candidate = {
      place: place.kind,
      path,
      form: 'archive',
      file: path,
      stamp: stampOf(facts),
    } as const
    yield { kind: 'candidate', candidate }
  }
}

/** The plugin of a folder that has a manifest. */
export function candidateIn(
  folder: string,
  { place, form }: { readonly place: Place; readonly form: FoundForm },
): Candidate | undefined {
  for (const name of manifestFiles) {
    const file = join(folder, name)
    const facts = lookAt(file)
    if (facts !== undefined)
      return { place: place.kind, path: folder, form, file, stamp: stampOf(facts) }
  }
  return undefined
}

/** A link that is not followed. */
export function outside(path: string, { bound }: Place): Met {
  const message = `${JSON.stringify(path)} is a link that leads out of ${JSON.stringify(bound)}`
  const hint = 'Name the folder that it leads to: mb plugin paths add FOLDER'
  return { kind: 'note', note: problem('warning', 'link-outside', message, hint) }
}

/** A place that was left before its end. */
export function tooMany({ path }: Place): Met {
  const message = `${JSON.stringify(path)} holds more than is looked at`
  return { kind: 'note', note: problem('warning', 'too-many', message) }
}

/** The entries of a folder; none where there is no folder, and why where it cannot be looked through. */
export function list(
  folder: string,
  budget: Budget,
): { readonly entries: readonly Dirent[]; readonly notes: readonly Met[] } {
  try {
    return { entries: entriesOf(folder, budget), notes: [] }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { entries: [], notes: [] }
    const message = `Cannot look through ${JSON.stringify(folder)}: ${reasonOf(error)}`
    return {
      entries: [],
      notes: [{ kind: 'note', note: problem('warning', 'unreadable', message) }],
    }
  }
}
