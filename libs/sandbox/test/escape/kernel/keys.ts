import { isAllowed, mechanism, perl, succeeds, type Mechanism } from '../mechanism.ts'

/** Keys that the kernel keeps. */
export function keys(): readonly Mechanism[] {
  const strings = 'my ($t, $d, $v) = ("user", "mb-attack-$$", "x")'
  return [
    mechanism('find the keyring of the session', 'seccomp', perl(succeeds('keyctl', 0, -3, 0))),
    mechanism(
      'add a key',
      'seccomp',
      perl(`${strings}; ${succeeds('add_key', '$t', '$d', '$v', 1, -2)}`),
    ),
    mechanism(
      'ask for a key',
      'seccomp',
      perl(`${strings}; ${isAllowed('request_key', '$t', '$d', 0, 0)}`),
    ),
    mechanism(
      'list keys',
      'keyring',
      perl('my $f; open($f, "<", "/proc/keys") and -f $f and exit 0'),
    ),
  ]
}
