import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findTrusted } from '../machine/trusted-tool.ts'
import { findPlaces } from './find-places.ts'
import { needsScope } from './run-group.ts'
import { startScope } from './user-scope.ts'

/** Whether limits are kept by a scope of systemd, which is where no folder of cgroups is this user's to make one in. */
export type ScopeReport =
  | { readonly state: 'not needed' | 'usable' }
  | { readonly state: 'unusable'; readonly reason: string }

/** Tries it, on a program that does nothing. */
export async function inspectScope(): Promise<ScopeReport> {
  if (process.platform !== 'linux' || !needsScope(['memory', 'pids'], findPlaces()))
    return { state: 'not needed' }
  const cat = findTrusted('cat')
  if (cat === undefined) return { state: 'unusable', reason: 'there is nothing to try it with' }
  const child = spawn(cat.path, { stdio: ['pipe', 'ignore', 'ignore'], env: {}, cwd: '/' })
  const gone = once(child, 'close')
  try {
    const outcome = child.pid === undefined ? unstarted : await startScope(child.pid)
    return outcome.status === 'made'
      ? { state: 'usable' }
      : { state: 'unusable', reason: outcome.reason }
  } finally {
    child.stdin.end()
    await gone
  }
}

const unstarted = { status: 'none', reason: 'no process could be started' } as const
