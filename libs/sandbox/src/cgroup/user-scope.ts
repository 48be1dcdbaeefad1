import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { BusCall, BusValue } from './bus/bus-message.ts'
import { UserBus } from './bus/user-bus.ts'
import { findLimited, handedOn, type Place } from './find-places.ts'
import { nextGroupName } from './group-name.ts'
import { findHierarchies, parseHierarchies, type Hierarchy } from './hierarchies.ts'

/** Where the programs of a loader can get cgroups, or why there is no such place. */
export type ScopeOutcome =
  | { readonly status: 'made'; readonly place: Place }
  | { readonly status: 'none'; readonly reason: string }

/**
 * Has the user's own systemd put a loader into a scope, a cgroup that is handed over to this user with all that is made in it.
 *
 * A session of a login belongs to root: nothing that it holds can be moved by its user. The user's manager may, and takes the scope
 * away again when the last process in it has ended, whoever ended it.
 *
 * @param loader the process that what builds the jail will come from
 */
export async function startScope(
  loader: number,
  deadlineMs: number = mostMs,
): Promise<ScopeOutcome> {
  if (silent !== undefined) return silent
  const found = findManager()
  if ('reason' in found) return { status: 'none', reason: found.reason }
  const name = `${nextGroupName()}.scope`
  const signal = AbortSignal.timeout(deadlineMs)
  try {
    using bus = new UserBus(found.socket, found.user, signal)
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
    return { status: 'made', place: takeOver(name, loader) }
  } catch (error) {
    const state = error instanceof Error ? error.message : String(error)
    if (!signal.aborted)
      return { status: 'none', reason: `the systemd of this user gave no scope: ${state}` }
    silent = {
      status: 'none',
      reason: `the systemd of this user did not answer within ${deadlineMs} ms`,
    }
    return silent
  }
}

/** Whoever does not answer is not waited for again by this program. */
let silent: ScopeOutcome | undefined

// It takes some milliseconds. Whoever waits longer has started nothing meanwhile.
const mostMs = 1000

type Manager = { readonly socket: string; readonly user: number } | { readonly reason: string }

/** The bus of the user's manager, where a scope would be of use: by its place alone, which no variable can change. */
function findManager(): Manager {
  const user = process.getuid?.()
  if (user === undefined) return { reason: 'there are no cgroups' }
  const unified = findHierarchies().find(({ version }) => version === 2)
  if (unified === undefined || !hasControllers(unified))
    return { reason: 'the kernel has no cgroup v2 with memory and pids' }
  // What holds all of this user holds the scope too.
  const limited = findLimited(unified, (folder) => folder.endsWith(`/user-${user}.slice`))
  if (limited !== undefined) return { reason: `${limited} is limited, which a scope would leave` }
  const folder = `/run/user/${user}`
  const facts = lstatSync(folder, { throwIfNoEntry: false })
  const socket = lstatSync(join(folder, 'bus'), { throwIfNoEntry: false })
  if (facts === undefined || socket === undefined)
    return { reason: `no systemd of user ${user} runs here (${folder}/bus)` }
  if (facts.uid !== user || (facts.mode & 0o022) !== 0 || socket.uid !== user || !socket.isSocket())
    return { reason: `${folder}/bus is not of user ${user} alone` }
  return { socket: join(folder, 'bus'), user }
}

function hasControllers({ root }: Hierarchy): boolean {
  return /\b(?:memory|pids)\b/.test(readFileSync(join(root, 'cgroup.controllers'), 'utf8'))
}

/** A bus from outside of a container knows other processes by the same numbers. */
async function requireSameProcesses(bus: UserBus): Promise<void> {
  const [self = ''] = await bus.call(busCall('Hello', []))
  const asked = busCall('GetConnectionUnixProcessID', [{ type: 's', value: String(self) }])
  const [pid] = await bus.call(asked)
  if (pid !== process.pid) throw new Error(`it knows this process as ${String(pid)}`)
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

/** In version 2 a folder holds processes or hands on controllers: the loader goes into one of its own, and leaves room beside. */
function takeOver(name: string, loader: number): Place {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  const hierarchies = parseHierarchies(mounts, readFileSync(`/proc/${loader}/cgroup`, 'utf8'))
  const scope = hierarchies.find(({ version }) => version === 2)?.folder ?? ''
  if (basename(scope) !== name) throw new Error(`process ${loader} is in ${scope}`)
  const own = join(scope, 'loader')
  mkdirSync(own)
  writeFileSync(join(own, 'cgroup.procs'), String(loader), { flag: 'r+' })
  for (const controller of ['memory', 'pids']) handOn(scope, controller)
  const controllers = handedOn(scope)
  if (controllers.length === 0) throw new Error('it was given neither memory nor pids')
  return { version: 2, folder: scope, controllers, isScope: true }
}

/** Each by itself: the manager may have been given one and not the other. */
function handOn(scope: string, controller: string): void {
  try {
    writeFileSync(join(scope, 'cgroup.subtree_control'), `+${controller}`, { flag: 'r+' })
  } catch {
    // Then it is not in the list that is read next.
  }
}
