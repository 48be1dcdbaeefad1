import { reachedForbidden, saidSo, type NetworkMechanism } from '../network-mechanism.ts'
import { nodeOnline, perlOnline } from '../programs.ts'
import { addresses } from '../world/world.ts'

/** Ways by what is near: the jail of somebody who may more, the listeners and processes of the host, the doorway itself. */
export function listNeighbours(): readonly NetworkMechanism[] {
  return [
    {
      name: 'go by the proxy of another jail',
      prepare: (world) => ({
        // All that a jail has on loopback, and in the abstract namespace; its own proxy is the only one there.
        command: perlOnline(
          world,
          String.raw`
          my @doors;
          open(my $f, "<", "/proc/net/tcp") or exit 99; for (<$f>) { /^\s*\d+: ([\dA-F]{8}):([\dA-F]{4}) [\dA-F]{8}:0000 0A/ and push @doors, [join(".", reverse map { hex } unpack("(A2)4", $1)), hex $2] }
          for my $d (@doors) {
            socket(my $s, 2, 1, 0); connect($s, pack_sockaddr_in($d->[1], inet_aton($d->[0] eq "0.0.0.0" ? "127.0.0.1" : $d->[0]))) or next;
            my $a = "forbidden.test:$port"; syswrite($s, "CONNECT $a HTTP/1.1\r\nHost: $a\r\n\r\nGET / HTTP/1.1\r\n\r\n"); print STDERR substr(hear($s), 0, 80);
          }`,
        ),
        neighbour: [{ host: 'forbidden.test', ports: [world.sink.port] }],
      }),
    },
    {
      name: 'go by the proxy to a proxy of the host',
      prepare: (world) => ({
        command: perlOnline(
          world,
          String.raw`my $a = "127.0.0.1:$ARGV[0]"; my $b = "forbidden.test:$port"; my $s = proxy(); syswrite($s, "CONNECT $a HTTP/1.1\r\nHost: $a\r\n\r\n"); hear($s, qr/\r\n\r\n/); syswrite($s, "CONNECT $b HTTP/1.1\r\nHost: $b\r\n\r\nGET / HTTP/1.1\r\n\r\n"); hear($s)`,
          world.openProxy.port,
        ),
      }),
    },
    {
      name: 'keep a connection after the end',
      prepare: (world) => ({
        command: perlOnline(
          world,
          String.raw`
          my $a = "allowed.test:$port"; my $s = proxy(); syswrite($s, "CONNECT $a HTTP/1.1\r\nHost: $a\r\n\r\n"); hear($s, qr/\r\n\r\n/);
          syswrite($s, "kept"); pipe(my $r, my $w); my $p = fork; if (!$p) { syscall(112); close $_ for \*STDOUT, \*STDERR, $r; $SIG{$_} = "IGNORE" for qw(HUP TERM INT); alarm 0; close $w; sleep 30; exit 0 } close $w; sysread($r, my $b, 1)`,
        ),
        worked: ({ hits, code }) =>
          code !== null && hits.some(({ carried, isOpen }) => isOpen && carried.includes('kept')),
      }),
    },
    {
      name: 'listen where the proxy does',
      prepare: (world) => ({
        // Another program of the same jail would speak to it instead.
        command: perlOnline(
          world,
          String.raw`my ($h, $p) = $ENV{http_proxy} =~ m{//([\d.]+):(\d+)}; for my $o ([], [2], [15], [2, 15]) { for my $a ($h, "0.0.0.0") { socket(my $s, 2, 1, 0); setsockopt($s, 1, $_, pack("i", 1)) for @$o; bind($s, pack_sockaddr_in($p, inet_aton($a))) and listen($s, 5) and exit 0 } }`,
        ),
        worked: saidSo,
      }),
    },
    {
      name: 'find what the doorway left open',
      prepare: (world) => ({
        command: perlOnline(
          world,
          'opendir(my $d, "/proc/self/fd"); for (readdir $d) { /^\\d+$/ && $_ > 2 or next; exit 0 if (readlink("/proc/self/fd/$_") // "") =~ /^socket:/ }',
        ),
        worked: saidSo,
      }),
    },
    {
      name: 'take a descriptor of the host',
      variantOf: 'find what the doorway left open',
      prepare: (world) => ({
        command: perlOnline(
          world,
          'for (glob "/proc/[0-9]*/fd/*") { next if m{/proc/(?:self|thread-self|$$)/}; exit 0 if (readlink($_) // "") =~ /^socket:/ }',
        ),
        worked: saidSo,
      }),
    },
    {
      name: 'see the listeners of the host',
      prepare: (world) => ({
        command: perlOnline(
          world,
          'my $p = sprintf(":%04X ", $port); for ("tcp", "tcp6", "udp", "udp6") { open(my $f, "<", "/proc/net/$_") or next; exit 0 if grep { /: [0-9A-F]+$p/ } <$f> }',
        ),
        worked: saidSo,
      }),
    },
    {
      name: 'go by a unix socket of the host',
      prepare: (world) => ({
        command: perlOnline(
          world,
          'socket(my $s, 1, 1, 0) or exit 1; connect($s, pack("S a*", 1, "\\0$ARGV[0]")) or exit 1; exit 0 if length hear($s, undef, 10)',
          world.abstract,
        ),
        worked: saidSo,
      }),
    },
    {
      name: 'run a jail in the jail',
      feature: 'bubblewrap',
      prepare: (world) => ({
        command: nodeOnline(
          world,
          `const alive = await fetch('http://allowed.test:' + port + '/alive')
          if (!alive.ok) process.exit(96)
          const { spawnSync } = await import('node:child_process')
          const code = "use Socket; socket(my $s, 2, 1, 0); connect($s, pack_sockaddr_in($ARGV[0], inet_aton($ARGV[1])))"
          for (const own of [[], ['--unshare-user'], ['--unshare-user', '--unshare-pid']])
            spawnSync('/usr/bin/bwrap', [...own, '--ro-bind', '/', '/', '--dev-bind', '/dev', '/dev', '/usr/bin/perl', '-e', code, port, args[0]])`,
          addresses.forbidden,
        ),
        worked: reachedForbidden,
      }),
    },
  ]
}
