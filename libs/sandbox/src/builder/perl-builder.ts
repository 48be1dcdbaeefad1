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
my (%variables, $rules, $listener, $ppoll, $sigmask);

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
    my ($prctl, $filter, $reporting, $seccomp, @calls) = @values;
    my $program = pack('S x6 P', length($filter) / 8, $filter);
    $done = defined $reporting && open_listener($reporting, $seccomp, @calls) || syscall($prctl, 22, 2, $program, 0, 0) == 0;
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
  elsif ($kind eq 'rules') { $done = open_rules(@values) }
  elsif ($kind eq 'allow') { $done = allow(@values) }
  elsif ($kind eq 'confine') { $done = syscall($values[0], fileno $rules, 0) == 0 && close $rules }
  elsif ($kind eq 'try') {
    $! = 0;
    my $answer = syscall(shift @values, @values) == -1 ? $! + 0 : 0;
    syswrite($status, "tried $answer $words\n");
  }
  elsif ($kind eq 'become') {
    syswrite($status, "{ \"child-pid\": " . getppid() . " }\n");
    start();
  }
  else { $! = 38; $done = 0 }
  $done or fail($words);
}

my $program = fork;
defined $program or fail('start the program');
start() if $program == 0;
supervise($program) if $listener;
keep_only();
while (1) {
  my $ended = wait;
  next if $ended < 0 && $! == 4;
  exit 125 if $ended < 0;
  ending($?) if $ended == $program;
}

sub start {
  %ENV = %variables;
  exec { $ARGV[0] } @ARGV;
  fail("start $ARGV[0]");
}

sub open_rules {
  my ($create, $handled) = @_;
  my $descriptor = syscall($create, $handled, length $handled, 0);
  return $descriptor >= 0 && open($rules, '+<&=', $descriptor);
}

# O_PATH opens what this user may not read, too. The file has to be the very one that the host has looked at.
sub allow {
  my ($add, $path, $identity, $access) = @_;
  sysopen(my $place, $path, 010000000) or return;
  my ($device, $inode) = stat $place;
  $identity eq "$device $inode" or do { $! = 116; return };
  my $rule = pack('Q l', $access, fileno $place);
  return syscall($add, fileno $rules, 1, $rule, 0) == 0;
}

# Goes on in the first process of the new namespace. The one that is left outside hands its end on, and the jail dies with it.
sub first_process {
  my ($prctl) = @_;
  pipe(my $watch, my $hold) or return;
  my $child = fork;
  defined $child or return;
  if ($child) {
    syswrite($status, "{ \"child-pid\": $child }\n");
    keep_only(fileno $hold);
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

# Has the kernel hand over what the filter denies. Where another filter does that already there is none, and it answers by itself.
sub open_listener {
  my ($filter, $seccomp);
  ($filter, $seccomp, $ppoll, $sigmask) = @_;
  my $program = pack('S x6 P', length($filter) / 8, $filter);
  my $descriptor = syscall($seccomp, 1, 8, $program);
  return $descriptor >= 0 && open($listener, '+<&=', $descriptor);
}

# Waits for the program, and answers denied calls with EPERM, which it counts. It makes none itself: nobody would answer.
sub supervise {
  my ($program) = @_;
  keep_only(5, fileno $listener);
  my ($none, $child, %count, $untold, $handled) = (pack('Q', 0), pack('Q', 1 << 16));
  # Let through while it waits, and at no other time: none comes between looking for what ended and waiting.
  $SIG{CHLD} = sub {};
  syscall($sigmask, 0, $child, 0, 8);
  my $report = sub { syswrite($status, "denied @{[map { qq($_:$count{$_}) } keys %count]}\n"); $untold = 0 };
  while (1) {
    my $ended;
    while (($ended = waitpid(-1, 1)) > 0) {
      next if $ended != $program;
      my $how = $?;
      $report->() if $untold;
      ending($how);
    }
    my ($poll, $moment) = (pack('l s s', fileno $listener, 1, 0), pack('q q', 0, 100_000_000));
    my $ready = syscall($ppoll, $poll, 1, $untold ? $moment : 0, $none, 8);
    $report->() if $ready == 0 && $untold;
    next if $ready <= 0;
    my $call = "\0" x 80;
    # Whoever made it may be gone.
    ioctl($listener, 0xc0502100, $call) or next;
    my ($id, $number) = unpack('Q x8 l', $call);
    my $answer = pack('Q q l L', $id, 0, -1, 0);
    ioctl($listener, 0xc0182101, $answer);
    $count{$number}++;
    $untold = 1;
    # At once the first time, then when there is a moment: a flood of them is no flood for the host.
    $report->() if $handled++ % 4096 == 0;
  }
}

# close_range(2) has the same number everywhere.
sub keep_only {
  my $next = 0;
  for (sort { $a <=> $b } @_) {
    syscall(436, $next, $_ - 1, 0) if $_ > $next;
    $next = $_ + 1;
  }
  syscall(436, $next, 0x7fffffff, 0);
}
`
