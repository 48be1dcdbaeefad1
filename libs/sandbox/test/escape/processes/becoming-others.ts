import { asOwnRoot, mechanism, perl, succeeds, type Mechanism, type Targets } from '../mechanism.ts'
import { call } from '../system-calls.ts'

/** Users, groups and rights that it was not started with. */
export function becomingOthers({ isRoot, canary }: Targets): readonly Mechanism[] {
  const skip = isRoot ? undefined : 'only root can become another'
  return [
    mechanism('become another user', 'capabilities', perl('$> = 65534; exit 0 if $> == 65534'), {
      skip,
    }),
    mechanism(
      'become another group',
      'capabilities',
      perl('$) = "65534 65534"; exit 0 if $) =~ /^65534/'),
      { skip },
    ),
    mechanism(
      'take every right',
      'capabilities',
      perl(
        `my $h = pack("L i", 0x20080522, 0); my $d = pack("L6", 0x200000, 0x200000, 0, 0, 0, 0); ${succeeds('capset', '$h', '$d')}`,
      ),
      { prefix: asOwnRoot },
    ),
    // PR_CAPBSET_DROP needs a right, and tells that there is one.
    mechanism('change its own bounds', 'capabilities', perl(succeeds('prctl', 24, 30, 0, 0, 0)), {
      prefix: asOwnRoot,
    }),
    // PR_SET_MM_START_CODE and the like make a process look like another.
    mechanism(
      'keep rights for what it runs',
      'capabilities',
      perl(succeeds('prctl', 28, 1, 0, 0, 0)),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'take the filter off',
      'seccomp',
      perl(
        `my $f = pack("S x6 P", 1, pack("S C C L", 6, 0, 0, 0x7fff0000)); my $was = $ARGV[0]; syscall(${call('prctl')}, 22, 2, $f, 0, 0); my $n = "m"; ${succeeds('memfd_create', '$n', 0)}`,
        canary,
      ),
    ),
  ]
}
