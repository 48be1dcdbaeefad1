import { lstat, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStat } from '../../machine/process-stat.ts'
import { runEngine, type Engine } from './engine.ts'

let made = 0

/** A name that tells which process the container is of: one that died can leave it behind. */
export function nextContainerName(): string {
  made += 1
  return `mb-sandbox-${process.pid}-${readStat(process.pid).startedTicks}-${made}`
}

/** Whether a container of that name, or a folder of such a one, is of a process that is gone. */
export function isLeftBehind(name: string): boolean {
  const [, pid, started] = /^mb-sandbox-(\d+)-(\d+)-\d+(?:-\w{6})?$/.exec(name) ?? []
  if (pid === undefined) return false
  try {
    return readStat(pid).startedTicks !== Number(started)
  } catch {
    return true
  }
}

const swept = new Set<string>()

/** Removes what programs that died have left, once in each process. What ran in it ended with them; the rest takes up space. */
export async function sweepContainers(engine: Engine): Promise<void> {
  if (swept.has(engine.tool.path)) return
  swept.add(engine.tool.path)
  // Another program swept it, or the engine is out of order: then its use says why.
  await Promise.allSettled([sweepRecords(engine), sweepFolders(tmpdir())])
}

async function sweepRecords(engine: Engine): Promise<void> {
  const options = ['--all', '--filter', 'name=^mb-sandbox-', '--format', '{{.Names}}']
  const names = (await runEngine(engine, ['ps', ...options])).split('\n')
  const left = names.filter((name) => isLeftBehind(name))
  if (left.length > 0) await runEngine(engine, ['rm', '--force', ...left])
}

/** Those of this user alone: anybody may make one of such a name. */
export async function sweepFolders(directory: string): Promise<void> {
  const left = (await readdir(directory)).filter((name) => isLeftBehind(name))
  await Promise.allSettled(
    left.map(async (name) => {
      const path = join(directory, name)
      if ((await lstat(path)).uid === process.getuid?.()) await rm(path, { recursive: true })
    }),
  )
}
