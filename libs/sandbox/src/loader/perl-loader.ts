/**
 * The loader for perl. No module is loaded, not even the one that `glob` brings: perl-base has few, and each costs milliseconds.
 *
 * Everything it says goes to descriptor 4, one line each: `keyring BEFORE AFTER`, `used MICROSECONDS KILOBYTES STATUS`.
 * Descriptor 5 is for bubblewrap, which leaves it open in the first process inside: what comes from there after the start
 * is not believed.
 */
export const perlLoader: string = String.raw`
my ($host, $channel, $keyctl, $prlimit, $closeRange, $memfd, $prctl, $wait4, $sigmask, $sigwait) = @ARGV;
$^F = 1 << 20;
open(my $control, '+<&=', 4) or die;
sub say_to_host { my $line = "$_[0]\n"; syswrite($control, $line) == length $line or exit 125 }
sub fail { say_to_host("loader: $_[0]: $!"); exit 125 }
sub close_from {
  my ($first, $last) = @_;
  return if syscall($closeRange, $first, $last, 0) == 0;
  opendir(my $open, '/proc/self/fd') or fail('list descriptors');
  my @open = grep { /^\d+$/ && $_ >= $first && $_ <= $last } readdir $open;
  closedir $open;
  for (@open) { my $file; open($file, '+<&=', $_) or open($file, '<&=', $_) or next; close $file }
}

# Waited for, so that none is missed: SIGTERM says to end it all, also for a host that died, and SIGCHLD that something ended.
my ($none, $awaited) = (pack('Q', 0), pack('Q', 1 << 14 | 1 << 16));
syscall($sigmask, 2, $awaited, 0, 8) == 0 or fail('block signals');
# The host may have died already; then nobody is left to end what is started here.
syscall($prctl, 1, 15, 0, 0, 0) == 0 or fail('follow the host');
exit 125 if getppid() != $host;
# What bubblewrap leaves behind comes to us, so that all of it is waited for and counted.
syscall($prctl, 36, 1, 0, 0, 0) == 0 or fail('adopt descendants');

close_from(6, 0x7fffffff);
fcntl(STDOUT, 0, 6) == 6 && fcntl(STDERR, 0, 7) == 7 or fail('hold the streams');

my ($setup, $chunk) = ('', '');
while (my $read = sysread($control, $chunk, 1 << 16)) { $setup .= $chunk }
# A spare one that is not needed is told nothing.
exit if $setup eq '';
exit 125 if getppid() != $host;
my ($limits, $groups, $isScoped, $words, @data) = unpack('(N/a*)*', $setup);
my @command = split /\0/, $words, -1;

if ($isScoped) {
  # Signals stay below from here on, so that one to everybody ends what is here, as it forks or not, and nothing else.
  # That is found out by the host, which can be signalled before, and not after.
  my $handled = pack('Q3', 0, 0, 2);
  kill(0, $host) or fail('see the host');
  my $rules = syscall(444, $handled, 24, 0);
  $rules >= 0 && open(my $file, '+<&=', $rules) or fail('make rules');
  syscall($prctl, 38, 1, 0, 0, 0) == 0 && syscall(446, $rules, 0) == 0 or fail('confine itself');
  kill(0, $host) || $! != 1 and fail('keep signals inside');
}

my $before = syscall($keyctl, 0, -3, 0);
my $after = syscall($keyctl, 1, 0);
say_to_host("keyring $before $after");

my $name = 'data';
my @files;
for my $index (0 .. $#data) {
  my $descriptor = syscall($memfd, $name, 0);
  $descriptor >= 0 or fail('make a file in memory');
  open(my $file, '+<&=', $descriptor) or fail('open a file in memory');
  my $done = 0;
  while ($done < length $data[$index]) {
    $done += syswrite($file, $data[$index], length($data[$index]) - $done, $done) || fail('fill a file in memory');
  }
  sysseek($file, 0, 0);
  push @files, $file;
  $descriptor == 8 + $index or fcntl($file, 0, 8 + $index) == 8 + $index or fail('place a file in memory');
}

my $loader = $$;
my $child = fork;
defined $child or fail('fork');
if ($child == 0) {
  # What builds the jail dies with the loader from its first moment on, not only once it sees to that itself.
  syscall($prctl, 1, 9, 0, 0, 0) == 0 or fail('follow the loader');
  exit 125 if getppid() != $loader;
  syscall($sigmask, 2, $none, 0, 8) == 0 or fail('unblock signals');
  open(STDOUT, '>&', 5) && open(STDERR, '>&', 5) or fail('point the streams at the host');
  for (split /\n/, $groups) {
    open(my $members, '>', "$_/cgroup.procs") or next;
    syswrite($members, '0');
  }
  for (split /\n/, $limits) {
    my ($resource, $soft, $hard) = split / /;
    my $limit = pack('Q2', $soft, $hard);
    syscall($prlimit, 0, $resource + 0, $limit, 0) == 0 or fail("limit resource $resource");
  }
  close_from($channel ? 4 : 3, 4);
  exec { $command[0] } @command;
  syswrite(STDERR, "cannot start $command[0]: $!\n");
  exit 125;
}
close_from(0, 3);
close_from(5, 0x7fffffff);

my ($microseconds, $kilobytes, $last) = (0, 0, 0);
my $isEnding = 0;
while (1) {
  my $signal = syscall($sigwait, $awaited, 0, 0, 8);
  $isEnding = 2 if $signal == 15;
  my ($status, $usage, $ended) = (pack('i', 0), "\0" x 144);
  while (($ended = syscall($wait4, -1, $status, 1, $usage)) > 0) {
    my @used = unpack('q5', $usage);
    $microseconds += ($used[0] + $used[2]) * 1000000 + $used[1] + $used[3];
    $kilobytes = $used[4] if $used[4] > $kilobytes;
    next if $ended != $child;
    $last = unpack('i', $status);
    # What outlives it has no leave to.
    $isEnding ||= 1;
  }
  last if $ended < 0;
  # What they had started comes to us as they end, and its turn with their signal.
  kill 9, $isScoped ? -1 : children() if $isEnding;
}
$SIG{PIPE} = 'IGNORE';
syswrite($control, "used $microseconds $kilobytes $last\n");

# A host that died removes nothing any more. It is told of by the end of its first thread, a moment before it is gone itself.
my $isTold = $isEnding == 2;
for (1 .. 100) {
  last if !$isTold || getppid() != $host;
  select(undef, undef, undef, 0.01);
}
my @left = getppid() == $host ? () : split /\n/, $groups;
# The kernel lets go of the last process a moment after it was waited for.
for (1 .. 300) {
  @left = grep { !rmdir && $! == 16 } @left;
  last if !@left;
  select(undef, undef, undef, 0.01);
}

sub children {
  my $list;
  return split ' ', <$list> // '' if open($list, '<', "/proc/$$/task/$$/children");
  # Kernels built without CONFIG_PROC_CHILDREN. A name may hold anything, line ends too.
  opendir(my $all, '/proc') or return;
  local $/;
  my @found;
  for my $pid (grep { /^\d+$/ } readdir $all) {
    open(my $stat, '<', "/proc/$pid/stat") or next;
    push @found, $pid if <$stat> =~ /.*\) . $$ /s;
  }
  return @found;
}
`
