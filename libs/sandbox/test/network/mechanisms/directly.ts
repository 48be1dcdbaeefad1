import { reachedForbidden, type NetworkMechanism } from '../network-mechanism.ts'
import { nodeOnline, perlOnline } from '../programs.ts'
import { addresses, type World } from '../world/world.ts'

/** Ways past the proxy, for a program that has it: what it is told to use is no more than advice to it. */
export function listDirectly(): readonly NetworkMechanism[] {
  const { forbidden, forbidden6, metadata, privates } = addresses
  return [
    connecting('connect to an address', forbidden),
    connecting('connect to the address of the host that is named', addresses.allowed, {
      variantOf: 'connect to an address',
    }),
    connecting('connect to a private address', privates[0], { variantOf: 'connect to an address' }),
    connecting('connect to metadata', metadata, { variantOf: 'connect to an address' }),
    connecting('connect to loopback of the host', '127.0.0.1'),
    connecting('connect to an address, version 6', forbidden6, { family: 10 }),
    connecting('connect to loopback of the host, version 6', '::1', {
      family: 10,
      variantOf: 'connect to an address, version 6',
    }),
    connecting('connect by several paths', forbidden, { protocol: 262, feature: 'MPTCP' }),
    {
      name: 'connect with the first bytes',
      feature: 'TCP Fast Open',
      prepare: (world) => ({
        command: perlOnline(
          world,
          'socket(my $s, 2, 1, 0); send($s, "x", 0x20000000, pack_sockaddr_in($port, inet_aton($ARGV[0])))',
          forbidden,
        ),
      }),
    },
    {
      name: 'take the settings of the proxy away',
      prepare: (world) =>
        withoutProxy(world, 'env -u http_proxy -u HTTP_PROXY -u all_proxy -u ALL_PROXY'),
    },
    {
      name: 'name every host as one without a proxy',
      variantOf: 'take the settings of the proxy away',
      prepare: (world) => withoutProxy(world, "env NO_PROXY='*' no_proxy='*'"),
    },
    {
      name: 'connect in Node without the proxy',
      variantOf: 'take the settings of the proxy away',
      prepare: (world) => ({
        command: nodeOnline(
          world,
          `const alive = await fetch('http://allowed.test:' + port + '/alive')
          if (!alive.ok) process.exit(96)
          const { request } = await import('node:http')
          const { Agent } = await import('node:http')
          const agent = new Agent()
          await new Promise((resolve, reject) => request({ host: args[0], port, agent }, resolve).on('error', reject).end())`,
          forbidden,
        ),
      }),
    },
    datagram('send datagrams', forbidden),
    datagram('send datagrams to loopback', '127.0.0.1', { variantOf: 'send datagrams' }),
    // RFC 9000, 17.2.2: what an Initial packet of QUIC begins with.
    datagram('open a connection of QUIC', forbidden, {
      bytes: 'c00000000108000102030405060708'.padEnd(2400, '0'),
    }),
    datagram('send datagrams, version 6', forbidden6, {
      family: 10,
      variantOf: 'send datagrams',
    }),
    datagram('send datagrams to everybody near', '127.255.255.255', {
      variantOf: 'send datagrams',
      feature: 'a broadcast on loopback',
    }),
    {
      name: 'be echoed by ICMP',
      feature: 'ICMP for everybody',
      prepare: (world) => ({
        command: perlOnline(
          world,
          'for my $k (2, 3) { socket(my $s, 2, $k, 1) or next; my $p = pack("C2 n3 a8", 8, 0, 0, $$ & 65535, 1, "xxxxxxxx"); my $n = 0; $n += $_ for unpack("n*", $p); $n = ($n & 65535) + ($n >> 16); substr($p, 2, 2) = pack("n", ~$n & 65535); send($s, $p, 0, pack_sockaddr_in(0, inet_aton($ARGV[0]))) or next; exit 0 if length hear($s, qr/./s, 5) }',
          forbidden,
        ),
        worked: ({ code }) => code === 0,
      }),
    },
    {
      name: 'send packets of its own making',
      feature: 'rights of root',
      prepare: (world) => ({
        command: perlOnline(
          world,
          'socket(my $s, 2, 3, 255) and exit 0; socket($s, 17, 3, 0x300) and exit 0',
        ),
        worked: ({ code }) => code === 0,
      }),
    },
    {
      name: 'make a network of its own, and connect from there',
      feature: 'namespaces for everybody',
      prepare: (world) => ({
        command: perlOnline(
          world,
          // Whoever could make namespaces could enter others, if it came to see them.
          'for (glob "/proc/[0-9]*/ns/net") { my $here = readlink "/proc/self/ns/net"; my $there = readlink $_; exit 0 if defined $there and $there ne $here } exit 1',
        ),
        worked: ({ code }) => code === 0,
      }),
    },
    {
      name: 'give its interface an address, and a way out',
      feature: 'rights of root',
      prepare: () => ({
        command: [
          '/bin/sh',
          '-c',
          'PATH=$PATH:/usr/sbin:/sbin; ip addr add 198.18.0.1/32 dev lo && ip addr del 198.18.0.1/32 dev lo && exit 0; exit 1',
        ],
        worked: ({ code }) => code === 0,
      }),
    },
  ]
}

interface Options {
  readonly family?: number
  readonly protocol?: number
  readonly feature?: string
  readonly variantOf?: string
  /** In hexadecimal. */
  readonly bytes?: string
}

function connecting(
  name: string,
  address: string,
  { family = 2, protocol = 0, feature, variantOf }: Options = {},
): NetworkMechanism {
  return {
    name,
    variantOf,
    feature: feature ?? (family === 10 ? 'IPv6' : undefined),
    prepare: (world) => ({
      command: perlOnline(
        world,
        `socket(my $s, ${family}, 1, ${protocol}); connect($s, ${there(family)}) or exit 1; syswrite($s, "GET /direct HTTP/1.1\\r\\n\\r\\n"); exit 0 if length hear($s)`,
        address,
      ),
      worked: (seen) =>
        reachedForbidden(seen) || seen.hits.some(({ carried }) => carried.includes('/direct')),
    }),
  }
}

function datagram(
  name: string,
  address: string,
  { family = 2, variantOf, feature, bytes = '6f7574' }: Options = {},
): NetworkMechanism {
  return {
    name,
    variantOf,
    feature: feature ?? (family === 10 ? 'IPv6' : undefined),
    prepare: (world) => ({
      command: perlOnline(
        world,
        `socket(my $s, ${family}, 2, 0); setsockopt($s, 1, 6, pack("i", 1)); send($s, pack("H*", $ARGV[1]), 0, ${there(family)}) or exit 1`,
        address,
        bytes,
      ),
    }),
  }
}

const there = (family: number): string =>
  family === 2
    ? 'pack_sockaddr_in($port, inet_aton($ARGV[0]))'
    : 'pack_sockaddr_in6($port, Socket::inet_pton(10, $ARGV[0]))'

function withoutProxy({ sink }: World, change: string): ReturnType<NetworkMechanism['prepare']> {
  return {
    command: [
      '/bin/sh',
      '-c',
      `curl -sf --max-time 30 "http://allowed.test:$0/alive" >/dev/null || exit 96; ${change} curl -sS --max-time 30 "http://$1:$0/" >&2; exit 1`,
      String(sink.port),
      addresses.forbidden,
    ],
  }
}
