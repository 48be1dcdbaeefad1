import {
  asOwnRoot,
  isAllowed,
  mechanism,
  perl,
  shell,
  succeeds,
  type Mechanism,
  type Targets,
} from '../mechanism.ts'
import { call } from '../system-calls.ts'

// linux/sched.h
const newUser = 0x1000_0000

/** Namespaces of its own, or of others. */
export function namespaces({ host, hostName }: Targets): readonly Mechanism[] {
  const name = 'make a user namespace'
  const born = '$p == 0 and exit 0; $p > 0 && waitpid($p, 0) == $p and exit 0'
  return [
    mechanism(name, 'users', perl(succeeds('unshare', newUser))),
    mechanism(
      'clone into a user namespace',
      'users',
      perl(`my $p = syscall(${call('clone')}, ${newUser | 17}, 0, 0, 0, 0); ${born}`),
      { variantOf: name },
    ),
    mechanism(
      'clone into one by the newer call',
      'seccomp',
      perl(
        `my $a = pack("Q11", ${newUser}, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0); my $p = syscall(${call('clone3')}, $a, 88); ${born}`,
      ),
    ),
    mechanism('make other namespaces', 'seccomp', perl(succeeds('unshare', 0x6e02_0000)), {
      prefix: asOwnRoot,
    }),
    mechanism('make a namespace of time', 'seccomp', perl(succeeds('unshare', 0x80)), {
      prefix: asOwnRoot,
      variantOf: 'make other namespaces',
    }),
    // The one that it is in already may be entered again by nobody: EINVAL, which is past the filter.
    mechanism(
      'enter the namespaces of another process',
      'seccomp',
      perl(
        `for my $p (1, getppid, $ARGV[0], $$) { open(my $n, "<", "/proc/$p/ns/uts") or next; ${succeeds('setns', 'fileno $n', 0)} }`,
        host,
      ),
      { prefix: ['/usr/bin/unshare', '-Uru'] },
    ),
    mechanism(
      'enter them by the process',
      'seccomp',
      perl(
        `my $d = syscall(${call('pidfd_open')}, $ARGV[0] + 0, 0); $d < 0 and $d = syscall(${call('pidfd_open')}, $$, 0); ${isAllowed('setns', '$d', newUser)}`,
        host,
      ),
      { variantOf: 'enter the namespaces of another process' },
    ),
    mechanism(
      'set the name of the host',
      'seccomp',
      perl(`my $n = "taken"; ${succeeds('sethostname', '$n', 5)}`),
      { prefix: ['/usr/bin/unshare', '-Uru'] },
    ),
    mechanism(
      'learn the name of the host',
      'hostname',
      shell('[ "$(uname -n)" = "$1" ]', hostName),
    ),
  ]
}
