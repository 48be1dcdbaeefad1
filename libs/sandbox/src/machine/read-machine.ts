import { release } from 'node:os'
import { landlockAbi } from '../backends/landlock/find-landlock.ts'
import { findPlaces } from '../cgroup/find-places.ts'
import { inspectScope } from '../cgroup/inspect-scope.ts'
import type { MachineReport } from '../inspect-machine.ts'
import { findLoader } from '../loader/loader.ts'
import { findTrusted } from './trusted-tool.ts'
import {
  findForbidding,
  howToAllowNamespaces,
  namespaceSettings,
  readSetting,
  type ReadSetting,
} from './user-namespaces.ts'

/** Reads what the kernel says of itself. */
export async function readMachine(read: ReadSetting = readSetting): Promise<MachineReport> {
  const loader = findLoader()
  return {
    platform: process.platform,
    architecture: process.arch,
    kernel: release(),
    userNamespaces: readNamespaces(read),
    landlockAbi: (loader && (await landlockAbi(loader))) ?? null,
    seccomp: read('kernel/seccomp/actions_avail')?.includes('errno') ?? false,
    cgroups: findPlaces().map(({ version, controllers }) => ({ version, controllers })),
    scope: await inspectScope(),
    loader: loader?.tool.path ?? null,
    strace: findTrusted('strace')?.path ?? null,
  }
}

function readNamespaces(read: ReadSetting): MachineReport['userNamespaces'] {
  const settings = Object.fromEntries(
    namespaceSettings.flatMap((name) => {
      const value = read(name)
      return value === undefined ? [] : [[name.replaceAll('/', '.'), value]]
    }),
  )
  const forbidding = findForbidding(read)
  return forbidding === undefined
    ? { settings }
    : {
        settings,
        forbiddenBy: forbidding.replaceAll('/', '.'),
        fix: howToAllowNamespaces(read),
      }
}
