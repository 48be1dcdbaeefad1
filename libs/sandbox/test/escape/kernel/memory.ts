import { mechanism, perl, succeeds, type Mechanism } from '../mechanism.ts'
import { call } from '../system-calls.ts'

const ofX64 = process.arch === 'x64' ? undefined : 'only x64 has it'

/** Memory that the kernel shares or watches. */
export function memory(): readonly Mechanism[] {
  const nobodys = 'make memory that no process owns'
  return [
    mechanism(nobodys, 'seccomp', perl(`my $n = "m"; ${succeeds('memfd_create', '$n', 0)}`)),
    mechanism(
      'run a program that lies in no file',
      'seccomp',
      perl(
        `my $n = "m"; my $d = syscall(${call('memfd_create')}, $n, 0); $d >= 0 or exit 1; open(my $o, "+<&=", $d); open(my $i, "<", "/bin/true"); { local $/; syswrite($o, scalar <$i>) } exec { "/proc/self/fd/$d" } "true"`,
      ),
    ),
    mechanism(
      'make shared memory of the old kind',
      'seccomp',
      perl('my $i = shmget(0, 4096, 01600); defined $i and shmctl($i, 0, 0), exit 0'),
      { variantOf: nobodys },
    ),
    mechanism(
      'make queues of the old kind',
      'seccomp',
      perl(
        'my $i = msgget(0, 01600); defined $i and msgctl($i, 0, 0), exit 0; $i = semget(0, 1, 01600); defined $i and semctl($i, 0, 0, 0), exit 0',
      ),
      { variantOf: nobodys },
    ),
    mechanism('handle page faults', 'seccomp', perl(succeeds('userfaultfd', 1))),
    mechanism('switch off the random layout', 'seccomp', perl(succeeds('personality', 0x4_0000))),
    mechanism(
      'give its pages away',
      'seccomp',
      perl(
        `pipe(my $r, my $w); my $b = "x" x 4096; my $v = pack("P Q", $b, 4096); ${succeeds('vmsplice', 'fileno $w', '$v', 1, 0)}`,
      ),
    ),
    mechanism(
      'move pages',
      'seccomp',
      perl(`my $s = pack("i", 0); ${succeeds('move_pages', 0, 0, 0, 0, '$s', 0)}`),
    ),
    mechanism(
      'change segments',
      'seccomp',
      perl(`my $b = "\\0" x 64; ${succeeds('modify_ldt', 0, '$b', 64)}`),
      { skip: ofX64 },
    ),
  ]
}
