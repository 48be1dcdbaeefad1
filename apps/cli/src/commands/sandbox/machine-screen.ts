import type { MachineReport } from '@mb/sandbox'
import type { Output } from '../../output/output.ts'

/** Shows what a machine's kernel has of what jails are made of, and more of the same kind. */
export function showMachine(
  machine: MachineReport,
  output: Output,
  more: readonly (readonly [string, string])[],
): void {
  const { platform, architecture, kernel, userNamespaces, landlockAbi, seccomp, loader, strace } =
    machine
  const { forbiddenBy } = userNamespaces
  output.facts([
    ['machine', `${platform} ${kernel} on ${architecture}`],
    ['user namespaces', forbiddenBy === undefined ? 'allowed' : `forbidden by ${forbiddenBy}`],
    ['Landlock', landlockAbi === null ? 'none' : `version ${landlockAbi}`],
    ['seccomp', seccomp ? 'yes' : 'no'],
    ['limits', keepers(machine)],
    ...unkept(machine),
    ['set up by', loader ?? 'nothing: neither perl nor python3 is there'],
    ['observed by', strace ?? 'nothing: strace is not there'],
    ...more,
  ])
}

function keepers({ cgroups, scope }: MachineReport): string {
  const kept = [...Map.groupBy(cgroups, ({ version }) => version)].map(
    ([version, places]) =>
      `cgroup v${version} (${places.flatMap(({ controllers }) => controllers).join(', ')})`,
  )
  return [
    ...kept,
    ...(scope.state === 'usable' ? ['cgroup v2 in a systemd scope'] : []),
    'a watchdog',
  ].join(', ')
}

/** Why the kernel keeps no memory and no threads, and what changes that. */
function unkept({ scope }: MachineReport): readonly (readonly [string, string | undefined])[] {
  if (scope.state !== 'unusable') return []
  return [
    ['no systemd scope', scope.reason],
    ['for a scope', scope.fix],
  ]
}
