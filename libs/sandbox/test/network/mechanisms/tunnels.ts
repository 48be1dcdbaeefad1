import { bySaying, type NetworkMechanism } from '../network-mechanism.ts'
import { get, nodeOnline, perlOnline, tunnel } from '../programs.ts'
import type { World } from '../world/world.ts'

/** What is asked of the proxy beside, behind, and inside of a tunnel; and other protocols that it may be spoken to in. */
export function listTunnels(): readonly NetworkMechanism[] {
  return [
    {
      name: 'ask for another host behind a request that was answered',
      prepare: (world) => ({ command: oneAfterAnother(world, answered) }),
    },
    {
      name: 'ask for a tunnel to another host behind a request that was answered',
      variantOf: 'ask for another host behind a request that was answered',
      prepare: (world) => ({
        command: oneAfterAnother(world, answered, tunnel(`forbidden.test:${world.sink.port}`)),
      }),
    },
    {
      name: 'ask for another host behind one that was refused',
      prepare: (world) => ({ command: oneAfterAnother(world, refused) }),
    },
    bySaying('ask for another host in the same breath as a tunnel', ({ sink: { port } }) => [
      `CONNECT allowed.test:0 HTTP/1.1\r\nHost: allowed.test:0\r\n\r\n${tunnel(`forbidden.test:${port}`)}`,
      `CONNECT nowhere.test:${port} HTTP/1.1\r\nHost: nowhere.test:${port}\r\n\r\n${get(`http://forbidden.test:${port}/`, `forbidden.test:${port}`)}`,
    ]),
    bySaying('speak as if a balancer had said who asks', ({ sink: { port } }) => [
      `PROXY TCP4 127.0.0.1 127.0.0.1 1 1\r\n${tunnel(`forbidden.test:${port}`)}`,
      get(`http://forbidden.test:${port}/`, `forbidden.test:${port}`, {
        headers: [
          `X-Forwarded-Host: allowed.test:${port}`,
          `Forwarded: host=allowed.test:${port}`,
          `X-Original-URL: http://allowed.test:${port}/`,
        ],
      }),
      get(`http://forbidden.test:${port}/`, `allowed.test:${port}`),
    ]),
    bySaying(
      'have the answer of the proxy split',
      ({ other: { port } }) => [
        get(`http://nowhere.test:${port}/%0d%0aX-Planted:%201%0d%0a`, `nowhere.test:${port}`),
        get(`http://nowhere.test%0d%0aX-Planted:%201/`, 'nowhere.test'),
        `CONNECT nowhere.test%0d%0aX-Planted:1 HTTP/1.1\r\nHost: nowhere.test\r\n\r\n`,
        `CONNECT nowhere.test\rX-Planted:1 HTTP/1.1\r\nHost: nowhere.test\r\n\r\n`,
      ],
      { worked: ({ said }) => /[\r\n]X-Planted/i.test(said) },
    ),
    bySaying('speak in methods that are none', ({ sink: { port } }) =>
      ['CONNECt', 'get', 'PROPFIND', 'QUERY', 'M-SEARCH', 'PURGE', 'X'].map((method) =>
        get(`http://forbidden.test:${port}/`, `forbidden.test:${port}`, { method }),
      ),
    ),
    {
      name: 'ask in HTTP/2',
      prepare: (world) => ({
        command: nodeOnline(
          world,
          `const alive = await fetch('http://allowed.test:' + port + '/alive')
          if (!alive.ok) process.exit(96)
          const { connect } = await import('node:http2')
          const session = connect(process.env.http_proxy)
          const stream = session.request({ ':method': 'CONNECT', ':authority': 'forbidden.test:' + port })
          await new Promise((resolve, reject) => {
            session.on('error', reject).on('close', resolve)
            stream.on('error', reject).on('close', resolve).on('data', resolve)
            stream.write('GET / HTTP/1.1\\r\\n\\r\\n')
          })`,
        ),
      }),
    },
    {
      name: 'ask by SOCKS',
      prepare: (world) => ({
        command: perlOnline(
          world,
          `for my $first (pack("C3", 5, 1, 0), pack("C2 n C4", 4, 1, $port, 93, 184, 216, 35) . "\\0") {
            my $s = proxy(); syswrite($s, $first); sysread($s, my $b, 2) or next;
            syswrite($s, pack("C4 C4 n", 5, 1, 0, 1, 93, 184, 216, 35, $port)); syswrite($s, "GET / HTTP/1.1\\r\\n\\r\\n"); hear($s);
          }`,
        ),
      }),
    },
  ]
}

const answered = ({ sink: { port } }: World): string =>
  `GET http://allowed.test:${port}/first HTTP/1.1\r\nHost: allowed.test:${port}\r\n\r\n`
const refused = ({ other: { port } }: World): string =>
  `GET http://nowhere.test:${port}/ HTTP/1.1\r\nHost: nowhere.test:${port}\r\n\r\n`

/** Waits for the first answer on one connection before it asks the second. */
function oneAfterAnother(
  world: World,
  first: (world: World) => string,
  second: string = get(
    `http://forbidden.test:${world.sink.port}/`,
    `forbidden.test:${world.sink.port}`,
  ),
): readonly string[] {
  const hex = [first(world), second].map((text) => Buffer.from(text, 'latin1').toString('hex'))
  return perlOnline(
    world,
    'my $s = proxy(); syswrite($s, pack("H*", $ARGV[0])); hear($s, qr/\\r\\n\\r\\n/); syswrite($s, pack("H*", $ARGV[1])); print STDERR hear($s)',
    ...hex,
  )
}
