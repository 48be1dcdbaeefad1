import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findLimited } from './find-places.ts'
import { findHierarchies, type Hierarchy } from './hierarchies.ts'

/** Where the systemd of a user can be spoken to. */
export interface UserManager {
  readonly socket: string
  readonly user: number
}

/** Why systemd gives no scope. */
export interface NoScope {
  readonly reason: string
  /** What to do about it. */
  readonly fix?: string
}

/** The bus of the user's manager, where a scope would be of use: by its place alone, which no variable can change. */
export function findUserManager(): UserManager | NoScope {
  const user = process.getuid?.()
  if (user === undefined) return { reason: 'there are no cgroups' }
  const unified = findHierarchies().find(({ version }) => version === 2)
  if (unified === undefined || !hasControllers(unified))
    return { reason: 'cgroup v2 keeps neither memory nor pids here' }
  if (!existsSync('/run/systemd/system'))
    return { reason: 'this system was not started by systemd' }
  // What holds all of this user holds the scope too.
  const limited = findLimited(unified, (folder) => folder.endsWith(`/user-${user}.slice`))
  if (limited !== undefined) return { reason: `${limited} is limited, which a scope would leave` }
  const folder = `/run/user/${user}`
  const facts = lstatSync(folder, { throwIfNoEntry: false })
  const socket = lstatSync(join(folder, 'bus'), { throwIfNoEntry: false })
  if (facts === undefined || socket === undefined)
    return {
      reason: `no systemd of this user runs: ${folder}/bus is not there`,
      fix: `Run sudo loginctl enable-linger ${user}, with dbus-user-session installed`,
    }
  if (facts.uid !== user || (facts.mode & 0o022) !== 0 || socket.uid !== user || !socket.isSocket())
    return { reason: `${folder}/bus is not of user ${user} alone` }
  return { socket: join(folder, 'bus'), user }
}

function hasControllers({ root }: Hierarchy): boolean {
  return /\b(?:memory|pids)\b/.test(readFileSync(join(root, 'cgroup.controllers'), 'utf8'))
}
