import { mechanism, perl, readAny, succeeds, type Mechanism, type Targets } from '../mechanism.ts'

export function reading({ base, granted, canary, host }: Targets): readonly Mechanism[] {
  const past = 'read past the granted folder'
  const ofOthers = 'read through the files of another process'
  return [
    mechanism('read a file by its path', 'filesystem', perl(readAny, canary)),
    mechanism(past, 'filesystem', perl(readAny, `${granted}/../canary`)),
    mechanism('read past the working folder', 'filesystem', perl(readAny, '../canary'), {
      variantOf: past,
    }),
    mechanism('read through a link', 'filesystem', perl(readAny, `${granted}/link`)),
    mechanism(
      'read through /proc/self/cwd',
      'filesystem',
      perl(readAny, '/proc/self/cwd/../canary'),
    ),
    mechanism(
      'read through /proc/self/root',
      'filesystem',
      perl(readAny, `/proc/self/root${canary}`),
    ),
    mechanism(
      'read through the root of another process',
      'processes',
      perl(
        `push @ARGV, map { "/proc/$_/root$ARGV[0]" } (1, getppid, $ARGV[1]); splice @ARGV, 0, 2; ${readAny}`,
        canary,
        host,
      ),
    ),
    mechanism(
      'read through the working folder of another process',
      'processes',
      perl(
        `push @ARGV, map { "/proc/$_/cwd$ARGV[0]" } (1, getppid, $ARGV[1]); splice @ARGV, 0, 2; ${readAny}`,
        canary,
        host,
      ),
      { variantOf: 'read through the root of another process' },
    ),
    mechanism(
      'read through the descriptors of another process',
      'processes',
      perl(
        `@ARGV = map { glob "/proc/$_/fd/*" } (1, getppid, @ARGV); for (@ARGV) { next unless -f; open(my $f, "<", $_) or next; exit 0 if <$f> =~ /canary/ }`,
        host,
      ),
      { variantOf: ofOthers },
    ),
    mechanism(
      'read the environment of another process',
      'processes',
      perl(
        'for (1, getppid, @ARGV) { open(my $f, "<", "/proc/$_/environ") or next; exit 0 if (<$f> // "") =~ /MB_CANARY/ }',
        host,
      ),
    ),
    mechanism(
      'read the memory of another process through /proc',
      'processes',
      perl(
        `for my $p (getppid, @ARGV) {
          open(my $maps, "<", "/proc/$p/maps") or next;
          while (<$maps>) { /^([0-9a-f]+)-.* r/ or next; my $at = hex $1; open(my $m, "<", "/proc/$p/mem") or last; sysseek($m, $at, 0); exit 0 if (sysread($m, my $b, 16) // 0) == 16; last }
        }`,
        host,
      ),
    ),
    mechanism(
      'map the accounts of the host',
      'filesystem',
      perl('open(my $f, "<", "/etc/passwd"); exit 0 if grep { /^daemon:/ } <$f>'),
    ),
    mechanism(
      'list a folder that was not granted',
      'filesystem',
      perl(
        'opendir(my $d, $ARGV[0]) or exit 1; exit 0 if grep { $_ eq "canary" } readdir $d',
        base,
      ),
    ),
    mechanism(
      'enter a folder that was not granted',
      'filesystem',
      perl('chdir $ARGV[0]; chdir ".."; open(my $f, "<", "canary") and exit 0', granted),
      { variantOf: past },
    ),
    mechanism(
      'open a path in one step that ignores mounts and links',
      'filesystem',
      perl(
        `my $how = pack("Q3", 0, 0, 0); my $p = $ARGV[0]; ${succeeds('openat2', -100, '$p', '$how', 24)}`,
        canary,
      ),
    ),
    mechanism(
      'name a file by its handle',
      'seccomp',
      perl(
        `my $h = pack("I i a128", 128, 0, ""); my $m = pack("i", 0); my $p = "/usr/bin"; ${succeeds('name_to_handle_at', -100, '$p', '$h', '$m', 0)}`,
      ),
    ),
  ]
}
