/**
 * What builds a jail where there is perl: it takes the steps that it was given, one after the other, and knows nothing of what they
 * are for. No module is loaded.
 */
export const perlBuilder: string = String.raw`
my $status;
open($status, '>&=', 5) or exit 125;
sub fail { syswrite($status, "builder: cannot $_[0]: $!\n"); exit 125 }
sub ending { my $ended = $_[0]; exit($ended & 127 ? 128 + ($ended & 127) : $ended >> 8) }
sub put {
  my ($path, $text, $mode) = @_;
  my $file;
  sysopen($file, $path, $mode, 0444) && syswrite($file, $text) == length($text) && close $file;
}

# Whoever started this, it is: had it died before, this would have been killed with it.
my $starter = getppid();
open(my $plan, '<&=', 8) or fail('open the plan');
my ($text, $chunk) = ('', '');
while (sysread($plan, $chunk, 1 << 16)) { $text .= $chunk }
close $plan;
my @parts = unpack('(N/a*)*', $text);
my %variables;

while (@parts) {
  my ($kind, $words, $count) = splice @parts, 0, 3;
  my @values = map { my $value = substr($_, 1); substr($_, 0, 1) eq 'i' ? $value + 0 : $value } splice @parts, 0, $count;
  my $done = 1;
  if ($kind eq 'call') { $done = syscall(shift @values, @values) != -1 }
  elsif ($kind eq 'directory') { $done = mkdir($values[0], 0755) || $! == 17 }
  elsif ($kind eq 'link') { $done = symlink($values[0], $values[1]) }
  elsif ($kind eq 'file') { $done = put(@values, 0301) }
  elsif ($kind eq 'write') { $done = put(@values, 1) }
  elsif ($kind eq 'enter') { $done = chdir $values[0] }
  elsif ($kind eq 'variable') { $variables{$values[0]} = $values[1] }
  elsif ($kind eq 'filter') {
    my $program = pack('S x6 P', length($values[1]) / 8, $values[1]);
    $done = syscall($values[0], 22, 2, $program, 0, 0) == 0;
  }
  elsif ($kind eq 'loopback') {
    my ($socket, $request) = (undef, pack('a16 s x22', 'lo', 0x49));
    $done = socket($socket, 2, 2, 0) && ioctl($socket, 0x8914, $request);
  }
  elsif ($kind eq 'follow') {
    $done = syscall($values[0], 1, 9, 0, 0, 0) == 0;
    exit 125 if getppid() != $starter;
  }
  elsif ($kind eq 'first-process') { $done = first_process(@values) }
  else { $! = 38; $done = 0 }
  $done or fail($words);
}

my $program = fork;
defined $program or fail('start the program');
if ($program == 0) {
  %ENV = %variables;
  exec { $ARGV[0] } @ARGV;
  fail("start $ARGV[0]");
}
close_all();
while (1) {
  my $ended = wait;
  next if $ended < 0 && $! == 4;
  exit 125 if $ended < 0;
  ending($?) if $ended == $program;
}

# Goes on in the first process of the new namespace. The one that is left outside hands its end on, and the jail dies with it.
sub first_process {
  my ($prctl) = @_;
  pipe(my $watch, my $hold) or return;
  my $child = fork;
  defined $child or return;
  if ($child) {
    syswrite($status, "{ \"child-pid\": $child }\n");
    close_all(fileno $hold);
    my $ended;
    do { $ended = waitpid($child, 0) } while $ended < 0 && $! == 4;
    ending($?);
  }
  close $hold;
  syscall($prctl, 1, 9, 0, 0, 0) == 0 or return;
  # That one may have died already: then nobody holds the other end.
  my ($ready, $ended) = ('', 0);
  vec($ready, fileno $watch, 1) = 1;
  select($ready, undef, undef, 0) and exit 125;
  return close $watch;
}

# close_range(2) has the same number everywhere.
sub close_all {
  my ($kept) = @_;
  syscall(436, 0, $kept - 1, 0) if $kept;
  syscall(436, defined $kept ? $kept + 1 : 0, 0x7fffffff, 0);
}
`
