/**
 * The first process of a container, for perl. It meets the host on a socket, is told there what to run, and ends with it all when
 * the program has ended or the host is gone. The filter holds for it as well, and no program reads or writes its memory.
 */
export const perlInit: string = String.raw`
my ($place, $hasChannel, $keyctl, $prlimit, $prctl, $wait4) = @ARGV;
sub meet {
  my $socket;
  socket($socket, 1, 1, 0) && connect($socket, pack('S a108', 1, "$place/$_[0]")) or exit 125;
  return $socket;
}
# The program's end of the channel is descriptor 3, which alone is handed on.
$^F = 3;
my $channel = meet('channel') if $hasChannel;
$^F = 2;
my $control = meet('control');
sub say_to_host { syswrite($control, "$_[0]\n") }
sub fail { say_to_host("cannot $_[0]: $!"); exit 125 }
sub take {
  my ($length, $text) = ($_[0], '');
  while (length $text < $length) { sysread($control, $text, $length - length $text, length $text) or exit 125 }
  return $text;
}
# PR_SET_DUMPABLE: what runs as this user can then neither read nor write its memory.
syscall($prctl, 4, 0, 0, 0, 0) == 0 or fail('hide');
syscall($prctl, 38, 1, 0, 0, 0) == 0 or fail('forbid new privileges');
my $before = syscall($keyctl, 0, -3, 0);
my $after = syscall($keyctl, 1, 0);
say_to_host("keyring $before $after");

my ($limits, $variables, $folder, $filter, $words) = unpack('(N/a*)*', take(unpack('N', take(4))));
for (split /\n/, $limits) {
  my ($resource, $soft, $hard) = split / /;
  my $limit = pack('Q2', $soft, $hard);
  syscall($prlimit, 0, $resource + 0, $limit, 0) == 0 or fail("limit resource $resource");
}
my $rules = pack('S x6 P', length($filter) / 8, $filter);
syscall($prctl, 22, 2, $rules, 0, 0) == 0 or fail('set the filter');
my $program = fork;
defined $program or fail('start the program');
if ($program == 0) {
  chdir $folder or fail("enter $folder");
  %ENV = map { split /=/, $_, 2 } split /\0/, $variables;
  my @command = split /\0/, $words, -1;
  exec { $command[0] } @command;
  fail("start $command[0]");
}
close STDIN; close STDOUT; close STDERR; close $channel if $channel;
say_to_host('ready');

$SIG{CHLD} = sub {};
my ($microseconds, $kilobytes) = (0, 0);
while (1) {
  my ($status, $usage, $ended) = (pack('i', 0), "\0" x 144);
  while (($ended = syscall($wait4, -1, $status, 1, $usage)) > 0) {
    my @used = unpack('q5', $usage);
    $microseconds += ($used[0] + $used[2]) * 1000000 + $used[1] + $used[3];
    $kilobytes = $used[4] if $used[4] > $kilobytes;
    next if $ended != $program;
    my $last = unpack('i', $status);
    my $code = $last & 127 ? 128 + ($last & 127) : $last >> 8;
    say_to_host("used $microseconds $kilobytes " . ($code << 8));
    exit $code;
  }
  my $ready = '';
  vec($ready, fileno $control, 1) = 1;
  # What ends between the look above and this wait is seen by the next look.
  next if select($ready, undef, undef, 0.05) <= 0;
  sysread($control, my $said, 1) or exit 137;
}
`
