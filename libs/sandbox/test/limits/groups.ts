import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BackendName, Sandbox, SandboxOptions } from '@mb/sandbox'
import { findBuilder } from '../../src/backends/find-builder.ts'
import { findPlaces } from '../../src/cgroup/find-places.ts'
import { inspectScope } from '../../src/cgroup/inspect-scope.ts'
import type { Launch } from '../../src/jail/launch.ts'
import { minimumOf } from '../engine.ts'
import { openJails } from '../../src/jail/open-jails.ts'

const scope = await inspectScope()

/** Whether memory and threads can be kept by cgroups here. */
export const hasGroups: boolean = scope.state !== 'unusable'

if (scope.state === 'unusable')
  process.stderr.write(`Skipping limits kept by cgroups: ${scope.reason}\n`)

/** What keeps the limits: cgroups where there are some, or nothing but the watchdog and the limits of each process. */
export const keepers: readonly ('cgroups' | 'the watchdog')[] = hasGroups
  ? ['cgroups', 'the watchdog']
  : ['the watchdog']

/** Opens a sandbox as on this machine, or as where no program can be entered in a cgroup. */
export async function openKept(
  backend: BackendName,
  keeper: 'cgroups' | 'the watchdog',
  options: SandboxOptions,
): Promise<Sandbox> {
  const builder = await findBuilder(backend)
  const weakness = keeper === 'cgroups' ? {} : { launch: withoutGroups }
  return openJails(builder, { minimum: minimumOf(backend), ...options }, weakness)
}

function withoutGroups(order: Launch): Launch {
  const groups = async (loader?: number): Promise<readonly string[]> => {
    await order.groups?.(loader)
    return []
  }
  return { ...order, groups }
}

/** The cgroups that a process has made and not removed; a scope goes a moment after the last process in it. */
export function leftGroups(host: number = process.pid): readonly string[] {
  const folders = [...findPlaces().map(({ folder }) => folder), scopes]
  return folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(`mb-${host}-`))
      .map((name) => join(folder, name)),
  )
}

const user = process.getuid?.() ?? 0
const scopes = `/sys/fs/cgroup/user.slice/user-${user}.slice/user@${user}.service/app.slice`
