import type { NetPermission, ExecPermission } from '@mb/manifest'
import type { SandboxLimits } from '@mb/sandbox'

/** What a person asks of a jail: by a policy file, by options, or by both. Paths are absolute. */
export interface JailRequest {
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** Hidden, also inside of what is granted. */
  readonly deny: readonly string[]
  /** Read although keys or tokens lie there. */
  readonly dangerous: readonly string[]
  readonly net: readonly NetPermission[]
  /** Unix sockets. */
  readonly unix: readonly string[]
  readonly exec: readonly RequestedCommand[]
  /** Variables by name, with the value that was written, or without one for the person's own. */
  readonly env: ReadonlyMap<string, string | undefined>
  readonly tmpBytes?: number
  readonly cwd?: string
  readonly limits: SandboxLimits
}

/** A program of the person's own, which may be what is run. */
export interface RequestedCommand extends ExecPermission {
  /** What it reads beside. */
  readonly with?: readonly string[]
}

/** Nothing at all. */
export const emptyRequest: JailRequest = {
  read: [],
  write: [],
  deny: [],
  dangerous: [],
  net: [],
  unix: [],
  exec: [],
  env: new Map(),
  limits: {},
}

/** Both: what the second lists is added, and a single value of it counts instead of the first one's. */
export function joinRequests(first: JailRequest, second: JailRequest): JailRequest {
  return {
    ...first,
    ...second,
    read: [...first.read, ...second.read],
    write: [...first.write, ...second.write],
    deny: [...first.deny, ...second.deny],
    dangerous: [...first.dangerous, ...second.dangerous],
    net: [...first.net, ...second.net],
    unix: [...first.unix, ...second.unix],
    exec: [...first.exec, ...second.exec],
    env: new Map([...first.env, ...second.env]),
    limits: { ...first.limits, ...second.limits },
  }
}
