import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BackendName, Sandbox, SandboxOptions } from '@mb/sandbox'
import { findBuilder } from '../../src/backends/find-builder.ts'
import { findPlaces } from '../../src/cgroup/find-places.ts'
import type { Launch } from '../../src/jail/launch.ts'
import { minimumOf } from '../engine.ts'
import { openJails } from '../../src/jail/open-jails.ts'

/** Whether memory and threads can be kept by cgroups here. */
export const hasGroups: boolean = ['memory', 'pids'].every((controller) =>
  findPlaces().some(({ controllers }) => controllers.some((each) => each === controller)),
)

if (!hasGroups)
  process.stderr.write('Skipping limits kept by cgroups: this user can make none here\n')

/** What keeps the limits: cgroups where there are some, or nothing but the watchdog and the limits of each process. */
export const keepers: readonly ('cgroups' | 'the watchdog')[] = hasGroups
  ? ['cgroups', 'the watchdog']
  : ['the watchdog']

/** Opens a sandbox as on this machine, or as where no cgroup can be made. */
export async function openKept(
  backend: BackendName,
  keeper: 'cgroups' | 'the watchdog',
  options: SandboxOptions,
): Promise<Sandbox> {
  const builder = await findBuilder(backend)
  const weakness =
    keeper === 'cgroups' ? {} : { launch: (order: Launch) => ({ ...order, groups: [] }) }
  return openJails(builder, { minimum: minimumOf(backend), ...options }, weakness)
}

/** The cgroups that this process has made and not removed. */
export function leftGroups(): readonly string[] {
  return findPlaces().flatMap(({ folder }) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(`mb-${process.pid}-`))
      .map((name) => join(folder, name)),
  )
}
