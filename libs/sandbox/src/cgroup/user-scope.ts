import { findUserManager, type NoScope, type UserManager } from './find-user-manager.ts'
import { nextGroupName } from './group-name.ts'
import type { BusCall, BusValue } from './bus/bus-message.ts'
import { UserBus } from './bus/user-bus.ts'
import type { Place } from './find-places.ts'
import { takeOverScope } from './take-over-scope.ts'

/** Where the programs of a loader can get cgroups, or why there is no such place. */
export type ScopeOutcome =
  | { readonly status: 'made'; readonly place: Place }
  | ({ readonly status: 'none' } & NoScope)

/**
 * Has the user's own systemd put a loader into a scope, a cgroup that is handed over to this user with all that is made in it.
 *
 * A session of a login belongs to root: nothing that it holds can be moved by its user. The user's manager may, and takes the scope
 * away again when the last process in it has ended, whoever ended it.
 *
 * @param loader the process that what builds the jail will come from
 */
export async function startScope(loader: number): Promise<ScopeOutcome> {
  if (silent !== undefined && performance.now() < silent.untilMs) return silent.outcome
  const manager = findUserManager()
  if ('reason' in manager) return { status: 'none', ...manager }
  const signal = AbortSignal.timeout(mostMs)
  const outcome = await askForScope(manager, loader, signal)
  if (outcome.status === 'made' || !signal.aborted) return outcome
  const reason = `systemd did not answer within ${mostMs} ms`
  silent = {
    outcome: { status: 'none', reason, fix: howToAsk },
    untilMs: performance.now() + quietMs,
  }
  return silent.outcome
}

/** Whoever does not answer is not waited for again at once. */
let silent: { readonly outcome: ScopeOutcome; readonly untilMs: number } | undefined

// It takes some milliseconds; a machine that has much else to do may take seconds.
const mostMs = 5000
const quietMs = 60_000
const howToAsk = 'Run systemctl --user status: it should answer at once'

/** Asks one manager, until the signal. */
export async function askForScope(
  { socket, user }: UserManager,
  loader: number,
  signal: AbortSignal,
): Promise<ScopeOutcome> {
  const name = `${nextGroupName()}.scope`
  try {
    using bus = new UserBus(socket, user, signal)
    await requireSameProcesses(bus)
    const done = bus.hear(({ member, body }) => member === 'JobRemoved' && body[2] === name)
    // What is asked before fails first.
    done.catch(() => {})
    await Promise.all([
      bus.call(busCall('AddMatch', [{ type: 's', value: endOfJobs(name) }])),
      bus.call(managerCall('Subscribe', [])),
      bus.call(managerCall('StartTransientUnit', scopeOf(name, loader))),
    ])
    const [, , , result] = (await done).body
    if (result !== 'done') throw new Error(`the job ended as ${String(result)}`)
    return { status: 'made', place: takeOverScope(name, loader) }
  } catch (error) {
    const state = error instanceof Error ? error.message : String(error)
    return { status: 'none', reason: `systemd gave no scope: ${state}` }
  }
}

/** A bus from outside of a container knows other processes by the same numbers. */
async function requireSameProcesses(bus: UserBus): Promise<void> {
  const [self = ''] = await bus.call(busCall('Hello', []))
  const asked = busCall('GetConnectionUnixProcessID', [{ type: 's', value: String(self) }])
  const [pid] = await bus.call(asked)
  if (pid !== process.pid) throw new Error(`the bus knows this process as ${String(pid)}`)
}

function busCall(member: string, body: readonly BusValue[]): BusCall {
  const name = 'org.freedesktop.DBus'
  return { destination: name, path: '/org/freedesktop/DBus', interface: name, member, body }
}

/** The interface of systemd (org.freedesktop.systemd1(5)). */
function managerCall(member: string, body: readonly BusValue[]): BusCall {
  return {
    destination: 'org.freedesktop.systemd1',
    path: '/org/freedesktop/systemd1',
    interface: managerInterface,
    member,
    body,
  }
}

const managerInterface = 'org.freedesktop.systemd1.Manager'

function endOfJobs(unit: string): string {
  return `type='signal',interface='${managerInterface}',member='JobRemoved',arg2='${unit}'`
}

function scopeOf(name: string, loader: number): readonly BusValue[] {
  return [
    { type: 's', value: name },
    { type: 's', value: 'fail' },
    {
      type: 'a(sv)',
      value: {
        Description: { type: 's', value: 'Sandboxed program of MilkBottle' },
        PIDs: { type: 'au', value: [loader] },
        Delegate: { type: 'b', value: true },
        // One that failed is forgotten like the others.
        CollectMode: { type: 's', value: 'inactive-or-failed' },
      },
    },
    { type: 'a(sa(sv))', value: [] },
  ]
}
