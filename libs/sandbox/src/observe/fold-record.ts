import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { isInside } from '@mb/kernel'
import { SandboxError } from '../sandbox-error.ts'
import { grantPath, type Access, type GrantRules } from '../policy/granted-path.ts'
import { secretAt } from '../policy/guarded-path.ts'
import { fewerPaths } from './fewer-paths.ts'
import type { DeniedReach } from './observation.ts'
import type { PathRecord } from './record.ts'

/** What a record is folded by. */
export interface Shown {
  /** Folders and files that were shown, without links. */
  readonly roots: readonly string[]
  /** The one among them whose changes are kept apart: nothing else is to be written. */
  readonly workspace: string
  readonly rules: GrantRules
}

/** The paths of a policy. */
export interface PathGrants {
  readonly read: readonly string[]
  readonly write: readonly string[]
}

/** What a record of paths comes to. */
export interface FoldedPaths extends PathGrants {
  readonly denied: readonly DeniedReach[]
}

/** Turns what was done with paths into grants, and what was not let into what it would take. */
export function foldRecord(records: readonly PathRecord[], shown: Shown): FoldedPaths {
  const folding = new Folding(shown)
  for (const record of records) folding.add(record)
  return folding.result()
}

class Folding {
  readonly #shown: Shown
  readonly #read = new Set<string>()
  readonly #looked = new Set<string>()
  readonly #write = new Set<string>()
  readonly #denied = new Map<string, DeniedReach>()

  constructor(shown: Shown) {
    this.#shown = shown
  }

  add(record: PathRecord): void {
    const { path } = record
    if (!this.#shown.roots.some((root) => isInside(root, path))) return this.#addOutside(record)
    const facts = lstatOf(path)
    if (record.done.size > 0) this.#addLinks(path)
    if (record.done.has('replace')) this.#add(this.#write, existingFolder(dirname(path)))
    else if (record.done.has('write')) this.#addWritten(path, facts)
    if (record.done.has('list')) this.#add(this.#read, existingFolder(path))
    if (record.done.has('read') || record.done.has('run')) this.#addRead(path, facts)
    this.#addRefused(record, facts)
  }

  result(): FoldedPaths {
    const grants = [...this.#read, ...this.#write]
    // A folder that was only looked at is there as soon as anything in it is.
    const looked = [...this.#looked].filter(
      (path) => !grants.some((grant) => isInside(path, grant) || isInside(grant, path)),
    )
    const write = fewerPaths(this.#write, this.#shown.roots)
    const read = fewerPaths([...this.#read, ...looked], this.#shown.roots)
    return {
      write,
      read: read.filter((path) => !write.some((folder) => isInside(folder, path))),
      denied: [...this.#denied.values()],
    }
  }

  #addRead(path: string, facts: Stats | undefined): void {
    if (facts === undefined || facts.isSymbolicLink()) return
    this.#add(facts.isDirectory() ? this.#looked : this.#read, path)
  }

  #addWritten(path: string, facts: Stats | undefined): void {
    // By its other names the file would change, too: then it takes the folder.
    const isOwn = facts?.isFile() === true && facts.nlink === 1
    if (facts?.isSymbolicLink() === true) return
    this.#addWrite(isOwn ? path : existingFolder(facts === undefined ? dirname(path) : path), facts)
  }

  #addWrite(path: string, facts: Stats | undefined): void {
    if (facts?.isFile() === true || facts?.isDirectory() === true || facts === undefined)
      this.#add(isInside(this.#shown.workspace, path) ? this.#write : this.#read, path)
  }

  /**
   * Takes a path for a grant by the place that it is on the disk. In its own view a program can put a folder where there is a link, and
   * to grant what that leads to would give it what nobody has shown.
   */
  #add(grants: Set<string>, path: string): void {
    const real = realPathOf(path)
    const roots = grants === this.#write ? [this.#shown.workspace] : this.#shown.roots
    if (real !== undefined && roots.some((root) => isInside(root, real))) grants.add(real)
  }

  /** A name that is a link is there where its folder is. */
  #addLinks(path: string): void {
    for (
      let part = path;
      this.#shown.roots.some((root) => part !== root && isInside(root, part));
      part = dirname(part)
    )
      if (lstatOf(part)?.isSymbolicLink() === true) this.#add(this.#read, dirname(part))
  }

  /** In what was shown, only what is guarded there is refused, and what is hidden is not found. */
  #addRefused({ path, failed }: PathRecord, facts: Stats | undefined): void {
    for (const [access, error] of failed) {
      const isWrite = access === 'write' || access === 'replace'
      if (!isWrite && facts === undefined) continue
      const isMissed = error === 'ENOENT' && !isWrite && this.#isHidden(path)
      if (isMissed || refusing.has(error)) this.#deny(path, isWrite ? 'write' : 'read')
    }
  }

  #isHidden(path: string): boolean {
    const { homes, denied } = this.#shown.rules
    return denied.some((place) => isInside(place, path)) || secretAt(path, homes) !== undefined
  }

  #addOutside({ path, done, failed }: PathRecord): void {
    if (ofJail.some((root) => isInside(root, path)) || path === '/') return
    if (ofRuntime.some((root) => isInside(root, path)) || ofNames.has(path)) return
    const isWrite = [...failed.keys()].some((access) => access === 'write' || access === 'replace')
    const facts = lstatOf(isWrite ? existingFolder(dirname(path)) : path)
    // What stands above a grant is there, and empty but for it.
    if (facts === undefined || (done.size > 0 && failed.size === 0)) return
    this.#deny(path, isWrite ? 'write' : 'read')
  }

  #deny(path: string, kind: 'read' | 'write'): void {
    const refusal = this.#refusalOf(path, kind)
    this.#denied.set(`${kind} ${path}`, {
      kind,
      name: path,
      ...(refusal === undefined ? {} : { refusal }),
    })
  }

  #refusalOf(path: string, access: Access): string | undefined {
    const { rules } = this.#shown
    // What it is shall not depend on whether it can be looked at.
    const secret = secretAt(path, rules.homes)
    if (secret !== undefined) return `it holds ${secret}`
    try {
      grantPath(lstatOf(path) === undefined ? existingFolder(dirname(path)) : path, access, rules)
      return undefined
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      return error.message.slice(error.message.indexOf('": ') + 3)
    }
  }
}

const refusing = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY'])

/** Places that every jail has of its own. */
const ofJail = ['/proc', '/dev', '/sys', '/tmp', '/run', '/etc/passwd', '/etc/group', '/etc/hosts']
/** What every jail is built from. */
const ofRuntime = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/ld.so.preload',
  '/etc/localtime',
  '/etc/alternatives',
]

/** What a C library looks at before it looks for a name, whatever it asks for: in a jail nothing comes of it, granted or not. */
const ofNames = new Set([
  '/etc/nsswitch.conf',
  '/etc/host.conf',
  '/etc/resolv.conf',
  '/etc/gai.conf',
])

function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    // The person may not look there either, a part of the way is no folder, or links lead round in it.
    return undefined
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** A folder, or the next one above it that there is. */
function existingFolder(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const real = realpathSync(folder)
      if (lstatSync(real).isDirectory()) return real
    } catch {
      // The one above may be there.
    }
    if (folder === '/') return folder
  }
}
