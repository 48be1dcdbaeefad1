import { pathKey, whyBadPath } from '../package/package-path.ts'
import type { ArchiveEntry } from './archive-entry.ts'
import { archiveError } from './archive-error.ts'
import type { ArchiveLimits } from './archive-limits.ts'

/** The names that an archive has used so far; judges each new one against them. */
export class EntryLedger {
  readonly #limits: ArchiveLimits
  readonly #seen = new Map<
    string,
    { readonly path: string; readonly kind: 'file' | 'directory'; readonly isImplied: boolean }
  >()
  #files = 0

  constructor(limits: ArchiveLimits) {
    this.#limits = limits
  }

  /** How many files there were. */
  get files(): number {
    return this.#files
  }

  /**
   * The path of an entry, good to be joined to a folder.
   *
   * @throws ManifestError `MB_ARCHIVE_PATH`, `MB_ARCHIVE_DUPLICATE`, `MB_ARCHIVE_TOO_LARGE`
   */
  admit(entry: Pick<ArchiveEntry, 'path' | 'kind'>): string {
    const path = entry.kind === 'directory' ? entry.path.replace(/\/$/, '') : entry.path
    const wrong = whyBadPath(path)
    if (wrong !== undefined) throw archiveError('MB_ARCHIVE_PATH', wrong, { entry: entry.path })
    this.#admitParents(path)
    this.#admitName(path, entry.kind, false)
    if (entry.kind === 'file') this.#files += 1
    // Folders cost a name each as well, and need no byte.
    if (this.#files > this.#limits.maxFiles || this.#seen.size > this.#limits.maxFiles * 2)
      throw archiveError('MB_ARCHIVE_TOO_LARGE', `has more than ${this.#limits.maxFiles} files`)
    return path
  }

  #admitParents(path: string): void {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1))
      this.#admitName(path.slice(0, end), 'directory', true)
  }

  #admitName(path: string, kind: 'file' | 'directory', isImplied: boolean): void {
    const key = pathKey(path)
    const twin = this.#seen.get(key)
    if (twin === undefined) {
      this.#seen.set(key, { path, kind, isImplied })
      return
    }
    const isSame = twin.path === path && twin.kind === 'directory' && kind === 'directory'
    if (isSame && (isImplied || twin.isImplied)) {
      if (!isImplied) this.#seen.set(key, { path, kind, isImplied })
      return
    }
    throw archiveError('MB_ARCHIVE_DUPLICATE', whyTwin(path, kind, twin), { entry: path })
  }
}

function whyTwin(
  path: string,
  kind: 'file' | 'directory',
  twin: { readonly path: string; readonly kind: 'file' | 'directory' },
): string {
  if (twin.path !== path) return `is the same name as ${JSON.stringify(twin.path)} on some systems`
  return twin.kind === kind ? 'is there twice' : 'is both a file and a folder'
}
