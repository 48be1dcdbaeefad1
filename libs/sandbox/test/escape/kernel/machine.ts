import { isAllowed, mechanism, perl, succeeds, type Mechanism, type Targets } from '../mechanism.ts'

const ofX64 = process.arch === 'x64' ? undefined : 'only x64 has it'

/** The machine itself: each call is one that the kernel finds fault with after it has asked for the right. */
export function machine({ isRoot }: Targets): readonly Mechanism[] {
  const skip = isRoot ? undefined : 'it belongs to root'
  const nothing = 'my $p = "/nobody"'
  return [
    mechanism('reboot', 'seccomp', perl(isAllowed('reboot', 0, 0, 0, 0)), { skip }),
    mechanism('set the clock', 'seccomp', perl(succeeds('settimeofday', 0, 0)), { skip }),
    mechanism(
      'load a module',
      'seccomp',
      perl(`${nothing}; ${isAllowed('init_module', 0, 0, '$p')}`),
      { skip, feature: 'modules' },
    ),
    mechanism(
      'unload a module',
      'seccomp',
      perl(`${nothing}; ${isAllowed('delete_module', '$p', 0)}`),
      { skip, variantOf: 'load a module', feature: 'modules' },
    ),
    mechanism('read the log of the kernel', 'seccomp', perl(succeeds('syslog', 10, 0, 0)), {
      skip,
    }),
    mechanism(
      'keep accounts of processes',
      'seccomp',
      perl(`${nothing}; ${isAllowed('acct', '$p')}`),
      { skip, feature: 'accounts of processes' },
    ),
    mechanism(
      'take away swap space',
      'seccomp',
      perl(`${nothing}; ${isAllowed('swapoff', '$p')}`),
      { skip, feature: 'swap space' },
    ),
    mechanism('use the ports of devices', 'seccomp', perl(succeeds('ioperm', 0x80, 1, 1)), {
      skip: skip ?? ofX64,
      feature: 'ports of devices',
    }),
    mechanism(
      'open a file by its handle',
      'seccomp',
      perl(`my $h = pack("I i a128", 8, 1, ""); ${isAllowed('open_by_handle_at', -100, '$h', 0)}`),
      { skip },
    ),
  ]
}
