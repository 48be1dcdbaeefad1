import { join } from 'node:path'
import { inherited, mechanism, node, perl, type Mechanism, type Targets } from './mechanism.ts'

/** Ways to talk to anything outside. */
export function listNetwork(targets: Targets): readonly Mechanism[] {
  return [...internet(targets), ...listening(targets), ...unix(targets), ...otherFamilies(targets)]
}

const loopback = 'sub here { pack("S n C4 x8", 2, $_[0], 127, 0, 0, 1) }'
const loopback6 = 'sub here6 { pack("S n N C16 N", 10, $_[0], 0, (0) x 15, 1, 0) }'

function internet({ tcpPort, tcp6Port, udpPort, isRoot }: Targets): readonly Mechanism[] {
  const connect = (family: number, kind: number, protocol: number): string =>
    `${loopback} my $s; socket($s, ${family}, ${kind}, ${protocol}) && connect($s, here($ARGV[0])) and exit 0`
  const skip = isRoot ? undefined : 'raw sockets belong to root'
  return [
    mechanism('connect by TCP', 'network', perl(connect(2, 1, 0), tcpPort)),
    mechanism(
      'connect by TCP, version 6',
      'network',
      perl(
        `${loopback6} my $s; socket($s, 10, 1, 0) && connect($s, here6($ARGV[0])) and exit 0`,
        tcp6Port,
      ),
      {
        feature: 'IPv6',
      },
    ),
    mechanism(
      'connect to an address of version 4 by version 6',
      'network',
      perl(
        'my $s; socket($s, 10, 1, 0) && connect($s, pack("S n N C16 N", 10, $ARGV[0], 0, (0) x 10, 255, 255, 127, 0, 0, 1, 0)) and exit 0',
        tcpPort,
      ),
      {
        feature: 'IPv6',
        variantOf: 'connect by TCP, version 6',
      },
    ),
    mechanism(
      'connect with the first bytes',
      'network',
      perl(
        `${loopback} my $s; socket($s, 2, 1, 0); exit 0 if defined send($s, "x", 0x20000000, here($ARGV[0]))`,
        tcpPort,
      ),
    ),
    mechanism('connect by several paths', 'network', perl(connect(2, 1, 262), tcpPort), {
      feature: 'MPTCP',
    }),
    mechanism(
      'connect by streams of messages',
      'network',
      perl(`${loopback} my $s; socket($s, 2, 1, 132) and exit 0`),
      { feature: 'SCTP' },
    ),
    mechanism(
      'exchange datagrams',
      'network',
      perl(
        `${loopback} my $s; socket($s, 2, 2, 0); send($s, "ping", 0, here($ARGV[0])); recv($s, my $b, 9, 0); exit 0 if $b eq "pong"`,
        udpPort,
      ),
    ),
    mechanism(
      'exchange datagrams on a connected socket',
      'network',
      perl(
        `${loopback} my $s; socket($s, 2, 2, 0); connect($s, here($ARGV[0])); syswrite($s, "ping"); sysread($s, my $b, 9); exit 0 if $b eq "pong"`,
        udpPort,
      ),
      {
        variantOf: 'exchange datagrams',
      },
    ),
    // It reaches nobody, but the interface to reach all.
    mechanism(
      'send to everybody',
      'network',
      perl(
        'my $s; socket($s, 2, 2, 0); setsockopt($s, 1, 6, pack("i", 1)); open(my $r, "<", "/proc/net/route") or exit 1; exit 0 if grep { /^(?!Iface|lo\\t)/ } <$r>',
      ),
      {
        feature: 'a network',
      },
    ),
    mechanism(
      'ask a server of names',
      'network',
      node(
        `
      const { Resolver } = await import('node:dns/promises')
      const resolver = new Resolver({ timeout: 800, tries: 1 })
      resolver.setServers(['127.0.0.1:' + args[0]])
      const addresses = await resolver.resolve4('secret.example.test')
      process.exit(addresses[0] === '192.0.2.1' ? 0 : 1)`,
        udpPort,
      ),
    ),
    mechanism(
      'send packets of its own making',
      'capabilities',
      perl('my $s; socket($s, 2, 3, 1) and exit 0'),
      { skip },
    ),
    mechanism('read every packet', 'seccomp', perl('my $s; socket($s, 17, 3, 0x300) and exit 0'), {
      skip,
    }),
    mechanism(
      'see the interfaces of the host',
      'network',
      perl(
        'open(my $f, "<", "/proc/net/dev") or exit 1; exit 0 if grep { /^\\s*(?!lo)\\w+:/ } <$f>',
      ),
      { feature: 'a network' },
    ),
    mechanism(
      'see the connections of the host',
      'network',
      perl(
        'my $p = sprintf ":%04X ", $ARGV[0]; for ("tcp", "tcp6") { open(my $f, "<", "/proc/net/$_") or next; exit 0 if grep { /\\Q$p/ } <$f> }',
        tcpPort,
      ),
      {
        variantOf: 'see the interfaces of the host',
      },
    ),
  ]
}

/** The runner connects to each port that a program prints. */
function listening({ writable }: Targets): readonly Mechanism[] {
  const accepted = 'accept(my $c, $s) and exit 0'
  return [
    mechanism(
      'be connected to',
      'network',
      perl(
        `${loopback} my $s; socket($s, 2, 1, 0) && bind($s, here(0)) && listen($s, 1) or exit 1; ${tellPort(accepted)}`,
      ),
    ),
    mechanism(
      'be sent datagrams',
      'network',
      perl(
        `${loopback} my $s; socket($s, 2, 2, 0) && bind($s, here(0)) or exit 1; ${tellPort('recv($s, my $b, 9, 0); exit 0 if $b eq "knock"')}`,
      ),
      {
        variantOf: 'be connected to',
      },
    ),
    mechanism(
      'listen at a path in a granted folder',
      'seccomp',
      perl(
        'my $s; my $p = "$ARGV[0]/listen$$"; socket($s, 1, 1, 0) && bind($s, pack("S a*", 1, "$p\\0")) && listen($s, 1) and unlink($p) and exit 0',
        writable,
      ),
    ),
  ]
}

const tellPort = (family: string): string =>
  `my $n = getsockname($s); my $p = unpack("x2 n", $n); $| = 1; print "port $p\\n"; ${family}`

function unix({ granted, base, hiddenSocket, abstract }: Targets): readonly Mechanism[] {
  const connect = 'my $s; socket($s, 1, 1, 0) && connect($s, pack("S a*", 1, $name)) and exit 0'
  const path = join(granted, 'socket')
  return [
    mechanism(
      'connect to a unix socket in a granted folder',
      'seccomp',
      perl(`my $name = "$ARGV[0]\\0"; ${connect}`, path),
    ),
    mechanism(
      'connect to the socket of a container engine',
      'filesystem',
      perl(`my $name = "$ARGV[0]\\0"; ${connect}`, hiddenSocket),
    ),
    mechanism(
      'connect to a bus of the host',
      'filesystem',
      perl(
        `for (@ARGV) { my $name = "$_\\0"; ${connect} }`,
        '/run/dbus/system_bus_socket',
        '/run/systemd/private',
        '/var/run/docker.sock',
        '/run/podman/podman.sock',
        '/run/nscd/socket',
        hiddenSocket,
      ),
      {
        variantOf: 'connect to the socket of a container engine',
      },
    ),
    mechanism(
      'connect to an abstract unix socket',
      'network',
      perl(`my $name = "\\0$ARGV[0]"; ${connect}`, abstract),
    ),
    // It is bound to nobody: with an address it sends to any datagram socket whose path it sees.
    mechanism(
      'make datagram sockets that send to unix sockets',
      'seccomp',
      perl(
        'for (2, 3) { socketpair(my $a, my $b, 1, $_, 0) or next; $! = 0; send($a, "x", 0, pack("S a*", 1, "/nobody\\0")); exit 0 if $!{ENOENT} }',
      ),
    ),
    mechanism(
      'write to a stream that was left open',
      'descriptors',
      perl(
        `open(my $s, "+<&=", ${inherited.stream}) or exit 1; exit 0 if (syswrite($s, "x") // 0) == 1`,
      ),
    ),
    // What comes over it opens files of whoever sent it.
    mechanism(
      'be handed descriptors over a stream that was left open',
      'descriptors',
      perl(`open(my $s, "+<&=", ${inherited.stream}) or exit 1; exit 0 if getsockopt($s, 1, 3)`),
      {
        variantOf: 'write to a stream that was left open',
      },
    ),
    mechanism(
      'see the unix sockets of the host',
      'network',
      perl(
        'open(my $f, "<", "/proc/net/unix") or exit 1; exit 0 if grep { /\\Q$ARGV[0]/ } <$f>',
        base,
      ),
    ),
  ]
}

function otherFamilies({ isRoot }: Targets): readonly Mechanism[] {
  return [
    mechanism('speak to the kernel by netlink', 'seccomp', openSocket(16, 3)),
    mechanism('hear events of devices', 'seccomp', openSocket(16, 3, 15), {
      variantOf: 'speak to the kernel by netlink',
    }),
    mechanism('speak to the hypervisor', 'seccomp', openSocket(40, 1), { feature: 'vsock' }),
    mechanism('use the ciphers of the kernel', 'seccomp', openSocket(38, 5), { feature: 'AF_ALG' }),
    mechanism(
      'speak to radios',
      'seccomp',
      perl(
        'for (31, 39, 36, 29) { for my $k (1, 2, 3, 5) { socket(my $s, $_, $k, 1) and exit 0 } }',
      ),
      { feature: 'Bluetooth, NFC, IEEE 802.15.4 and CAN' },
    ),
    mechanism(
      'speak in protocols of old',
      'seccomp',
      perl(
        'for (3, 4, 5, 6, 8, 9, 12, 21, 24, 30, 33, 35, 37, 41, 43, 44) { for my $k (1, 2, 3, 5) { socket(my $s, $_, $k, 0) and exit 0 } }',
      ),
      { feature: 'any of the old families' },
    ),
    mechanism('manage the keys of the network', 'seccomp', openSocket(15, 3, 2), {
      skip: isRoot ? undefined : 'they belong to root',
      feature: 'PF_KEY',
    }),
  ]
}

const openSocket = (family: number, kind: number, protocol = 0): readonly string[] =>
  perl(`my $s; socket($s, ${family}, ${kind}, ${protocol}) and exit 0`)
