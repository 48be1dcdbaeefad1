import { isAllowed, mechanism, perl, type Mechanism, type Targets } from '../mechanism.ts'
import { call } from '../system-calls.ts'

export function ofTheSystem({ isRoot, granted }: Targets): readonly Mechanism[] {
  const skip = isRoot ? undefined : 'settings of the kernel belong to root'
  return [
    mechanism('set where dumps go', 'filesystem', appendTo('/proc/sys/kernel/core_pattern'), {
      skip,
    }),
    mechanism(
      'set what loads modules',
      'filesystem',
      appendTo('/proc/sys/kernel/modprobe', '/proc/sys/kernel/hotplug'),
      { skip, feature: 'modules' },
    ),
    mechanism(
      'set what answers events of devices',
      'filesystem',
      appendTo('/sys/kernel/uevent_helper'),
      { skip, feature: 'a helper for events of devices' },
    ),
    mechanism(
      'register what runs files of a kind',
      'filesystem',
      perl(
        `my ($t, $p) = ("binfmt_misc", "/proc/sys/fs/binfmt_misc"); syscall(${call('mount')}, $t, $p, $t, 0, 0) if !-e "$p/register"; open(my $f, ">>", "$p/register") and exit 0`,
      ),
      {
        skip,
        prefix: ['/usr/bin/unshare', '-m'],
        feature: 'binfmt_misc',
      },
    ),
    mechanism('press the keys that reboot', 'filesystem', appendTo('/proc/sysrq-trigger'), {
      skip,
      feature: 'the trigger in /proc',
    }),
    mechanism(
      'set a number of the network',
      'filesystem',
      appendTo('/proc/sys/net/ipv4/ip_forward', '/proc/sys/net/core/somaxconn'),
      { skip, variantOf: 'set where dumps go' },
    ),
    mechanism(
      'look into /sys',
      'filesystem',
      perl(
        'for (@ARGV) { opendir(my $d, $_) or next; exit 0 if grep { !/^\\.+$/ } readdir $d }',
        '/sys/class',
        '/sys/kernel',
        '/sys/devices',
      ),
    ),
    mechanism(
      'make a cgroup',
      'filesystem',
      perl(
        'for (glob("/sys/fs/cgroup/*"), "/sys/fs/cgroup") { my $d = "$_/mb-attack-$$"; mkdir($d) and rmdir($d) and exit 0 }',
      ),
      {
        skip: isRoot ? undefined : 'cgroups belong to root',
        feature: 'cgroups',
      },
    ),
    mechanism(
      'leave its cgroup',
      'filesystem',
      perl(
        'for (glob("/sys/fs/cgroup/*/cgroup.procs"), "/sys/fs/cgroup/cgroup.procs") { open(my $f, ">>", $_) and exit 0 }',
      ),
      {
        skip: isRoot ? undefined : 'cgroups belong to root',
        variantOf: 'make a cgroup',
        feature: 'cgroups',
      },
    ),
    // With the mode that it has already.
    mechanism(
      'change the program that builds the jail',
      'filesystem',
      perl(
        'for (1, getppid, $$) { my $p = "/proc/$_/exe"; my $m = (stat $p)[2]; defined $m and chmod($m & 07777, $p) and exit 0 }',
      ),
      {
        skip: isRoot ? undefined : 'programs of the system belong to root',
      },
    ),
    mechanism(
      'write to the program that runs',
      'filesystem',
      perl('my $p = "/usr/bin/mb-attack"; open(my $f, ">", $p) and unlink($p) and exit 0'),
      {
        skip: isRoot ? undefined : 'programs of the system belong to root',
        variantOf: 'change the program that builds the jail',
      },
    ),
    mechanism('watch the files of the host', 'seccomp', perl(isAllowed('fanotify_init', 0x200, 0))),
    mechanism(
      'set a quota',
      'seccomp',
      perl(`my $p = $ARGV[0]; ${isAllowed('quotactl', 0x80000100, 0, 0, 0)}`, granted),
      { skip, feature: 'quotas' },
    ),
  ]
}

const appendTo = (...paths: readonly string[]): readonly string[] =>
  perl('for (@ARGV) { open(my $f, ">>", $_) and exit 0 }', ...paths)
