import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errorCode, isInside, secretPlaces, startupPlaces, workspacePlaces } from '@mb/kernel'
import { compiledCodePlaces } from './compiled-code.ts'
import type { Cover, Coverage, GuardedName } from './cover.ts'
import { isOfSystem, type DeniedPath } from './denied-path.ts'
import { findPlace, type FoundPlace } from './find-place.ts'
import type { GrantedPath } from './granted-path.ts'
import { homesNear } from './homes.ts'
import { lookAtSettled } from './look-at.ts'
import { plainName } from './plain-name.ts'
import { closedTo } from './refusal.ts'
import { findRepositories, namedRepository } from './repositories.ts'

/** What is granted, and what is not in spite of it. Paths are without links. */
export interface CoverRequest {
  readonly paths: readonly GrantedPath[]
  readonly denied: readonly DeniedPath[]
  /** What stays as it is. */
  readonly kept: readonly string[]
  /** Granted to be read, whatever lies there. */
  readonly dangerous: readonly string[]
  readonly homes: readonly string[]
}

/** Finds what is guarded inside of granted folders: keys and what is denied is hidden, what runs later is kept as it is. */
export function coverGrants(request: CoverRequest): Coverage {
  const findings = new Findings(request)
  for (const { path, directory } of request.denied)
    if (isOfSystem(path) || request.paths.some((grant) => isInside(grant.path, path)))
      findings.hide(path, directory)
  for (const grant of request.paths) {
    if (!grant.directory) continue
    try {
      for (const place of secretsIn(grant, request.homes)) findings.hideSecret(grant, place)
      if (grant.writable) for (const place of startedIn(grant, request)) findings.keep(grant, place)
    } catch (error) {
      // What cannot be looked for cannot be hidden either.
      throw errorCode(error) === 'EACCES' ? closedTo(grant.path, error) : error
    }
  }
  return findings.coverage()
}

function secretsIn({ path }: GrantedPath, homes: readonly string[]): readonly string[] {
  const inHomes = homesNear(path, homes).flatMap((home) =>
    secretPlaces.map((place) => join(home, place.path)),
  )
  // Any folder may be a home: a backup of one, or one of another system.
  const here = secretPlaces
    .filter(({ anywhere }) => anywhere)
    .map((place) => join(path, place.path))
  return below(path, [...inHomes, ...here])
}

function startedIn(
  { path }: GrantedPath,
  { homes, kept }: Pick<CoverRequest, 'homes' | 'kept'>,
): readonly string[] {
  const inHomes = homesNear(path, homes).flatMap((home) =>
    startupPlaces.map((place) => join(home, place.path)),
  )
  const here = workspacePlaces.map((place) => join(path, place.path))
  const own = [...kept, ...compiledCodePlaces(), ...otherSpellings(path), ...findRepositories(path)]
  return below(path, [...inHomes, ...here, ...own])
}

/** Names that are a guarded one to another file system, as `.GIT` is. */
function otherSpellings(folder: string): readonly string[] {
  const guarded = new Set(workspacePlaces.map(({ path }) => plainName(path)))
  return readNames(folder)
    .filter((name) => guarded.has(plainName(name)))
    .map((name) => join(folder, name))
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function below(root: string, places: readonly string[]): readonly string[] {
  return [...new Set(places)].filter((place) => place !== root && isInside(root, place))
}

class Findings {
  readonly #request: CoverRequest
  readonly #hidden = new Map<string, Cover & { readonly kind: 'hidden' }>()
  readonly #kept = new Map<string, Cover & { readonly kind: 'kept' }>()
  readonly #absent = new Set<string>()
  readonly #links = new Map<string, GuardedName>()

  constructor(request: CoverRequest) {
    this.#request = request
  }

  hide(path: string, directory: boolean): void {
    this.#hidden.set(path, { kind: 'hidden', path, directory })
  }

  hideSecret(grant: GrantedPath, place: string): void {
    if (this.#request.dangerous.some((path) => isInside(path, place))) return
    const found = findPlace(grant.path, place)
    if (found.kind === 'present') this.hide(found.path, found.directory)
    else if (found.kind === 'link') this.#hideLinked(found)
    // Keys that are not there are nothing to hide; in a home what looks like them is used by the person's own programs.
    const isOfHome = this.#request.homes.some((home) => isInside(home, place))
    if (grant.writable && (found.kind === 'link' || isOfHome)) this.#guard(found)
  }

  keep(grant: GrantedPath, place: string): void {
    const found = findPlace(grant.path, place)
    if (found.kind === 'present') this.#keepPresent(found)
    else if (found.kind === 'link' && found.real !== undefined) this.#keepReal(found.real)
    this.#guard(found)
  }

  coverage(): Coverage {
    const isHidden = (path: string): boolean => isBelowAny(path, this.#hidden)
    const hidden = [...this.#hidden.values()].filter(({ path }) => !isHidden(path))
    const kept = [...this.#kept.values()].filter(
      ({ path }) => !isHidden(path) && !this.#hidden.has(path) && !isBelowAny(path, this.#kept),
    )
    const isCovered = (path: string): boolean =>
      [...hidden, ...kept].some((cover) => isInside(cover.path, path))
    const absent = [...this.#absent].filter((path) => !isCovered(path))
    const links = [...this.#links.values()].filter(({ path }) => !isCovered(path))
    const ends = [...hidden, ...kept].map(({ path }) => path)
    const pins = this.#pins([...ends, ...absent, ...links.map(({ path }) => path)])
    const covers = [...hidden, ...kept, ...pins.filter(({ path }) => !isCovered(path))]
    return {
      covers: covers.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
      absent: absent.toSorted(),
      links,
    }
  }

  /** What is not there must not be made, and a link must not become something else. */
  #guard(found: FoundPlace): void {
    if (found.kind === 'absent') this.#absent.add(found.path)
    if (found.kind === 'link')
      this.#links.set(found.path, { path: found.path, target: found.target })
  }

  #hideLinked({ real }: FoundPlace & { readonly kind: 'link' }): void {
    const facts = real === undefined ? undefined : lstatSync(real, { throwIfNoEntry: false })
    if (real === undefined || facts === undefined || this.#holderOf(real) === undefined) return
    // What is granted by itself is what the link of another leads to.
    if (this.#request.paths.some(({ path }) => isInside(real, path))) return
    this.hide(real, facts.isDirectory())
  }

  #keepPresent({
    path,
    directory,
    device,
    inode,
  }: FoundPlace & { readonly kind: 'present' }): void {
    this.#kept.set(path, { kind: 'kept', path, directory, device, inode })
    const isNamed = !directory && plainName(basename(path)) === '.git'
    const named = isNamed ? namedRepository(path) : undefined
    if (named !== undefined) this.#keepReal(named)
  }

  /** What a guarded name leads to, where the program could change it there. */
  #keepReal(real: string): void {
    const holder = this.#holderOf(real)
    if (holder === undefined || !holder.writable || holder.path === real) return
    if (!existsSync(real)) return
    const facts = lookAtSettled(real)
    const { dev: device, ino: inode } = facts
    this.#kept.set(real, {
      kind: 'kept',
      path: real,
      directory: facts.isDirectory(),
      device,
      inode,
    })
  }

  /**
   * The folders on the way from a grant to what is guarded in it. A folder can be renamed with all that is mounted below it, and
   * another made in its place; what is a mount itself cannot.
   */
  #pins(ends: readonly string[]): readonly (Cover & { readonly kind: 'pinned' })[] {
    const ways = ends.flatMap((end) => {
      const holder = this.#holderOf(end)
      return holder?.writable === true ? foldersBetween(holder.path, end) : []
    })
    return [...new Set(ways)].map((path) => {
      const { dev: device, ino: inode } = lookAtSettled(path)
      return { kind: 'pinned', path, device, inode }
    })
  }

  #holderOf(path: string): GrantedPath | undefined {
    return this.#request.paths.findLast((grant) => isInside(grant.path, path))
  }
}

function isBelowAny(path: string, covers: ReadonlyMap<string, Cover>): boolean {
  for (let folder = dirname(path); folder !== '/'; folder = dirname(folder))
    if (covers.has(folder)) return true
  return false
}

function foldersBetween(root: string, path: string): readonly string[] {
  const folder = dirname(path)
  return folder === root || !isInside(root, folder) ? [] : [...foldersBetween(root, folder), folder]
}
