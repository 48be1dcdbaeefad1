import {
  asOwnRoot,
  isAllowed,
  mechanism,
  perl,
  succeeds,
  type Mechanism,
  type Targets,
} from '../mechanism.ts'

/** Mounts, and what changes those that are there. */
export function mounts({ granted }: Targets): readonly Mechanism[] {
  const strings = 'my ($n, $p) = ("tmpfs", $ARGV[0])'
  return [
    mechanism(
      'mount',
      'seccomp',
      perl(`${strings}; ${succeeds('mount', '$n', '$p', '$n', 0, 0)}`, granted),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'mount by the newer calls',
      'seccomp',
      perl(`my $n = "tmpfs"; ${succeeds('fsopen', '$n', 0)}`),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'copy a tree of mounts',
      'seccomp',
      perl(`my $p = "/usr"; ${succeeds('open_tree', -100, '$p', 1)}`),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'make a folder writable again',
      'seccomp',
      perl(`my ($p, $e) = ("/", ""); ${succeeds('mount', '$e', '$p', '$e', 0x1020, 0)}`),
      { prefix: asOwnRoot, feature: 'a root that its own user namespace may remount' },
    ),
    mechanism(
      'change the attributes of a mount',
      'seccomp',
      perl(
        `my ($p, $a) = ("/", pack("Q4", 2, 0, 0, 0)); ${succeeds('mount_setattr', -100, '$p', 0, '$a', 32)}`,
      ),
      { prefix: asOwnRoot },
    ),
    mechanism(
      'unmount what hides something',
      'seccomp',
      perl(`my $p = $ARGV[0]; ${isAllowed('umount2', '$p', 8)}`, granted),
      { prefix: asOwnRoot },
    ),
    mechanism('change the root', 'seccomp', perl('chroot("/usr") and exit 0'), {
      prefix: asOwnRoot,
    }),
    mechanism(
      'put another root in place',
      'seccomp',
      perl(`my ($a, $b) = ("/usr", "/usr"); ${isAllowed('pivot_root', '$a', '$b')}`),
      { prefix: asOwnRoot },
    ),
  ]
}
