import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { holderForm, isHolderGone, nameHolder } from './holder.ts'
import { sweepPlace } from './placeholder.ts'

const recordForm = new RegExp(`^sandbox-held-(${holderForm})\\.json$`)
const maxBytes = 1024 * 1024

/** Notes which names are held, so that a later program finds them when this one is killed. */
export function recordHeld(directory: string, paths: readonly string[]): Disposable {
  const nothing = { [Symbol.dispose]() {} }
  if (paths.length === 0) return nothing
  const file = join(directory, `sandbox-held-${nameHolder()}.json`)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(file, JSON.stringify(paths), { flag: 'wx', mode: 0o600 })
  } catch {
    // Read-only homes are normal in containers. The next sandbox for the same folders tidies them up.
    return nothing
  }
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
}

/** Takes away what programs held that were killed. What is not a placeholder of theirs is left alone, whatever a record says. */
export function sweepRecords(directory: string): void {
  for (const name of list(directory)) {
    const holder = recordForm.exec(name)?.[1]
    if (holder === undefined || !isHolderGone(holder)) continue
    const file = join(directory, name)
    for (const path of readRecord(file)) sweepPlace(path)
    rmSync(file, { force: true })
  }
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function readRecord(file: string): readonly string[] {
  try {
    if (statSync(file).size > maxBytes) return []
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return Array.isArray(value)
      ? value.filter((path): path is string => typeof path === 'string' && path.startsWith('/'))
      : []
  } catch {
    // A program may have been killed while it wrote.
    return []
  }
}
