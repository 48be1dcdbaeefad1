import { join } from 'node:path'
import { makeFolder, writeFileAtomic } from '@mb/kernel'
import { isPluginName, pluginTypes, type ManifestFacts } from '@mb/manifest/peek'
import type { Candidate } from './candidate.ts'
import type { DiscoveryProblem } from './discovered-plugin.ts'
import { lookAt, readSmall } from './look.ts'
import type { Reading } from './read-candidate.ts'

/**
 * What was read of candidates, so that one that did not change is not read again. It is a cache of what is only shown:
 * missing, old or forged, it costs time or shows a wrong word, and nothing runs by it.
 */
export class DiscoveryIndex {
  readonly #file: string
  readonly #home: string
  readonly #entries: Map<string, Entry>
  readonly #now: number
  #isChanged = false

  private constructor(home: string, entries: Map<string, Entry>, now: number) {
    this.#home = home
    this.#file = fileOf(home)
    this.#entries = entries
    this.#now = now
  }

  /** Opens the index of a home; empty when there is none that can be used, or none is wanted. */
  static open(
    home: string,
    { now, maxAgeMs, isFresh = false }: { now: number; maxAgeMs: number; isFresh?: boolean },
  ): DiscoveryIndex {
    const entries = isFresh ? [] : readEntries(fileOf(home))
    const young = entries.filter(([, { at }]) => at <= now && now - at < maxAgeMs)
    return new DiscoveryIndex(home, new Map(young), now)
  }

  /** What was read of a candidate, if its file is still the one that was read. */
  find({ file, stamp }: Candidate, isCheckWanted: boolean): Reading | undefined {
    const entry = this.#entries.get(file)
    if (entry?.stamp !== stamp) return undefined
    return isCheckWanted && !entry.reading.isChecked ? undefined : entry.reading
  }

  /** Remembers what was read of a candidate. */
  put({ file, stamp }: Candidate, reading: Reading): void {
    // What changes twice within a tick of the file system's clock looks as if it had changed once.
    if (this.#now - changedAt(stamp) < tickMs) return
    this.#entries.delete(file)
    this.#entries.set(file, { stamp, at: this.#now, reading })
    this.#isChanged = true
  }

  /** Writes it, if something was added and there is a home to write to. */
  async save(): Promise<void> {
    if (!this.#isChanged || lookAt(this.#home)?.isDirectory() !== true) return
    const entries = [...this.#entries].slice(-maxEntries)
    try {
      await makeFolder(join(this.#home, 'cache'), { mode: 0o700 })
      await writeFileAtomic(this.#file, JSON.stringify({ version, entries }), { mode: 0o600 })
    } catch {
      // A full disk and a read-only home are reasons to be slow, and none to fail.
    }
  }
}

interface Entry {
  readonly stamp: string
  /** When it was read, in milliseconds since 1970. */
  readonly at: number
  readonly reading: Reading
}

const version = 1
const maxBytes = 32 * 1024 * 1024
const maxEntries = 10_000
// That of FAT; others tick every few milliseconds.
const tickMs = 2000

function fileOf(home: string): string {
  return join(home, 'cache', 'discovery.json')
}

function changedAt(stamp: string): number {
  const [, , , modified, changed] = stamp.split(':')
  return Math.max(Number(modified), Number(changed))
}

function readEntries(file: string): readonly (readonly [string, Entry])[] {
  const bytes = readSmall(file, maxBytes)
  if (bytes === undefined) return []
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (!isRecord(value) || value['version'] !== version || !Array.isArray(value['entries']))
      return []
    return value['entries'].filter(isEntryPair)
  } catch {
    return []
  }
}

function isEntryPair(value: unknown): value is readonly [string, Entry] {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [path, entry]: readonly unknown[] = value
  return (
    typeof path === 'string' &&
    isRecord(entry) &&
    typeof entry['stamp'] === 'string' &&
    typeof entry['at'] === 'number' &&
    isReading(entry['reading'])
  )
}

function isReading(value: unknown): value is Reading {
  return (
    isRecord(value) &&
    typeof value['isChecked'] === 'boolean' &&
    Array.isArray(value['problems']) &&
    value['problems'].every(isProblem) &&
    (value['facts'] === undefined
      ? value['problems'].some(({ severity }) => severity === 'error')
      : isFacts(value['facts']))
  )
}

function isProblem(value: unknown): value is DiscoveryProblem {
  return (
    isRecord(value) &&
    (value['severity'] === 'error' || value['severity'] === 'warning') &&
    typeof value['code'] === 'string' &&
    typeof value['message'] === 'string' &&
    isNumberOrNone(value['line']) &&
    isNumberOrNone(value['column']) &&
    isTextOrNone(value['hint'])
  )
}

function isFacts(value: unknown): value is ManifestFacts {
  const types: readonly unknown[] = pluginTypes
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    isPluginName(value['name']) &&
    typeof value['version'] === 'string' &&
    /^\d+\.\d+\.\d+[\w.+-]{0,120}$/.test(value['version']) &&
    typeof value['description'] === 'string' &&
    typeof value['author'] === 'string' &&
    isTextOrNone(value['license']) &&
    types.includes(value['type']) &&
    [value['capabilities'], value['keywords'], value['categories'], value['platforms']].every(
      areTexts,
    ) &&
    [value['plugins'], value['optionalPlugins']].every(
      (part) => isRecord(part) && areTexts(Object.values(part)),
    )
  )
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isNumberOrNone(value: unknown): boolean {
  return value === undefined || Number.isSafeInteger(value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
