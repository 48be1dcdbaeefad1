import { readStat } from '../../machine/process-stat.ts'
import { runEngine, type Engine } from './engine.ts'

let made = 0

/** A name that tells which process the container is of: one that died can leave it behind. */
export function nextContainerName(): string {
  made += 1
  return `mb-sandbox-${process.pid}-${readStat(process.pid).startedTicks}-${made}`
}

/** Whether a container of that name is of a process that is gone. */
export function isLeftBehind(name: string): boolean {
  const [, pid, started] = /^mb-sandbox-(\d+)-(\d+)-\d+$/.exec(name) ?? []
  if (pid === undefined) return false
  try {
    return readStat(pid).startedTicks !== Number(started)
  } catch {
    return true
  }
}

const swept = new Set<string>()

/** Removes the containers of programs that died, once in each process. Their programs ended with them; what is left takes up space. */
export async function sweepContainers(engine: Engine): Promise<void> {
  if (swept.has(engine.tool.path)) return
  swept.add(engine.tool.path)
  try {
    const names = await runEngine(engine, [
      'ps',
      '--all',
      '--filter',
      'name=^mb-sandbox-',
      '--format',
      '{{.Names}}',
    ])
    const left = names.split('\n').filter((name) => isLeftBehind(name))
    if (left.length > 0) await runEngine(engine, ['rm', '--force', ...left])
  } catch {
    // Another program swept them, or the engine is out of order: then its use says why.
  }
}
