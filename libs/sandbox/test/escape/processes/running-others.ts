import { mechanism, perl, shell, type Mechanism, type Targets } from '../mechanism.ts'

/** Programs that read for it, or have a right that it lacks. */
export function runningOthers({ canary, madeByRoot, isRoot }: Targets): readonly Mechanism[] {
  const asSetuid =
    'my $was = `/usr/bin/id -u`; my $is = `$ARGV[0] -u`; exit 0 if $is =~ /\\d/ && $is ne $was'
  const noRoot = madeByRoot === undefined ? 'only root can make one' : undefined
  return [
    mechanism(
      'have a child read',
      'filesystem',
      shell('cat "$1" >/dev/null 2>&1 && exit 0; exit 1', canary),
    ),
    mechanism(
      'have a grandchild in another session read',
      'filesystem',
      shell('setsid sh -c "cat \\"\\$1\\" >/dev/null 2>&1" sh "$1" && exit 0; exit 1', canary),
      { variantOf: 'have a child read' },
    ),
    mechanism(
      'become another program that reads',
      'filesystem',
      perl(
        'open(STDERR, ">", "/dev/null"); exec { "/usr/bin/grep" } "grep", "-q", "canary", $ARGV[0] or exit 99',
        canary,
      ),
      { refusedWith: [2], variantOf: 'have a child read' },
    ),
    mechanism(
      'gain another user by a setuid program',
      'no-new-privileges',
      perl(asSetuid, madeByRoot?.setuid ?? ''),
      { skip: noRoot },
    ),
    // It waits for a password, and has the rights of root already.
    mechanism(
      'gain root by a program of the system',
      'no-new-privileges',
      perl(
        'open(STDERR, ">", "/dev/null"); my $p = open(my $to, "|-", "/usr/bin/su", "-c", "true") or exit 99; select(undef, undef, undef, 0.3); open(my $s, "<", "/proc/$p/status") or exit 1; my ($u) = grep { /^Uid:/ } <$s>; kill 9, $p; exit 0 if $u =~ /^Uid:\\t\\d+\\t0\\t/',
      ),
      {
        skip: isRoot ? 'root has nothing to gain' : undefined,
        variantOf: 'gain another user by a setuid program',
        feature: 'a setuid program of the system',
      },
    ),
    mechanism(
      'gain a right by a program that has it',
      'no-new-privileges',
      perl(
        'my $s = `$ARGV[0] /proc/self/status 2>/dev/null`; exit 0 if $s =~ /^CapEff:\\s*0*[1-9a-f]/m',
        madeByRoot?.capable ?? '',
      ),
      {
        skip: noRoot,
        prefix: isRoot
          ? ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
          : undefined,
      },
    ),
  ]
}
