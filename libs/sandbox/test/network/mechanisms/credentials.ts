import type { NetworkMechanism } from '../network-mechanism.ts'
import { get, perlOnline, say } from '../programs.ts'
import type { World } from '../world/world.ts'

const login = { username: 'person', password: 'company-secret' } as const
const encoded = Buffer.from(`${login.username}:${login.password}`).toString('base64')
const isTold = ({ said }: { readonly said: string }): boolean =>
  said.includes(login.password) || said.includes(encoded)

/** The name and password that the company's proxy wants are the person's: the program may use the proxy, and not learn them. */
export function listCredentials(): readonly NetworkMechanism[] {
  return [
    {
      name: "read the proxy's password from the environment",
      prepare: (world) => ({
        command: perlOnline(
          world,
          'print STDERR map { "$_=$ENV{$_}\\n" } keys %ENV; for (glob "/proc/*/environ") { open(my $f, "<", $_) or next; print STDERR <$f> }',
        ),
        byCompany: login,
        openEnv: { HTTP_PROXY: `http://${login.username}:${login.password}@127.0.0.1` },
        worked: isTold,
      }),
    },
    {
      name: "have the proxy's password echoed",
      prepare: (world) => {
        const { port } = world.sink
        const headers = ['Max-Forwards: 0']
        const trace = get(`http://allowed.test:${port}/`, `allowed.test:${port}`, {
          method: 'TRACE',
          headers,
        })
        return { command: say(world, trace), byCompany: login, worked: isTold }
      },
    },
    {
      name: "have the proxy's password told by an error",
      prepare: (world) => {
        const { port } = world.sink
        return {
          command: say(
            world,
            `CONNECT nowhere.test:${port} HTTP/1.1\r\nHost: nowhere.test:${port}\r\n\r\n`,
          ),
          grants: [{ host: 'nowhere.test', ports: [port] }],
          byCompany: login,
          worked: isTold,
        }
      },
    },
    {
      name: "be the host that the proxy's password is sent to",
      prepare: (world) => ({
        command: say(world, ...toAllowed(world)),
        byCompany: { ...login, noProxy: ['allowed.test'] },
        worked: ({ hits }) => hits.some(({ carried }) => carried.includes(encoded)),
      }),
    },
    {
      name: "use the company's proxy without ours",
      prepare: (world) => ({
        command: perlOnline(
          world,
          String.raw`my $a = "127.0.0.1:$ARGV[0]"; my $b = "forbidden.test:$port"; for my $first ("", "CONNECT $a HTTP/1.1\r\nHost: $a\r\n\r\n") { my $s; if ($first eq "") { socket($s, 2, 1, 0); connect($s, pack_sockaddr_in($ARGV[0], inet_aton("127.0.0.1"))) or next } else { $s = proxy(); syswrite($s, $first); hear($s, qr/\r\n\r\n/) } syswrite($s, "CONNECT $b HTTP/1.1\r\nHost: $b\r\n\r\nGET / HTTP/1.1\r\n\r\n"); hear($s) }`,
          world.company.port,
        ),
        byCompany: true,
      }),
    },
  ]
}

function toAllowed({ sink: { port } }: World): readonly string[] {
  const host = `allowed.test:${port}`
  return [get(`http://${host}/`, host), get(`http://${host}/`, host, { method: 'OPTIONS' })]
}
