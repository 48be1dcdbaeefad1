import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ScopeReport } from '../inspect-machine.ts'
import { findTrusted } from '../machine/trusted-tool.ts'
import { findPlaces, type Place } from './find-places.ts'
import { needsScope } from './run-group.ts'
import { startScope, type ScopeOutcome } from './user-scope.ts'

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
    if (outcome.status === 'made') return judge(outcome.place)
    const { reason, fix } = outcome
    return { state: 'unusable', reason, ...(fix === undefined ? {} : { fix }) }
  } finally {
    child.stdin.end()
    await gone
  }
}

/** Old systems hand a user's manager less than all. */
function judge({ controllers }: Place): ScopeReport {
  const missing = (['memory', 'pids'] as const).filter((name) => !controllers.includes(name))
  if (missing.length === 0) return { state: 'usable' }
  const fix = 'Set Delegate=memory pids for it: sudo systemctl edit user@.service'
  return { state: 'unusable', reason: `systemd was not given ${missing.join(' and ')}`, fix }
}

const unstarted: ScopeOutcome = { status: 'none', reason: 'no process could be started' }
