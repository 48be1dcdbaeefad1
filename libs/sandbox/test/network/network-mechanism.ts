import type { NetGrant, SandboxOptions } from '@mb/sandbox'
import { script } from '../escape/mechanism.ts'
import type { Hit } from './world/sink.ts'
import { addresses, type World } from './world/world.ts'

/** A way to somewhere that a policy with a network does not name. */
export interface NetworkMechanism {
  readonly name: string
  /** The mechanism that this is another form of: both count as one. */
  readonly variantOf?: string | undefined
  /** What this machine may lack: where it fails without a sandbox as well, that is the reason. */
  readonly feature?: string | undefined
  /** Sets up what this one needs of a world. */
  readonly prepare: (world: World) => Plan
}

/** How a mechanism is tried. */
export interface Plan {
  /** Ends with 0, 1 (denied) or 3 (waited in vain); anything else shows nothing. */
  readonly command: readonly string[]
  /** What the policy names beside `allowed.test`. */
  readonly grants?: readonly NetGrant[] | undefined
  /** Whether it goes by the company's proxy; without a sandbox then by one that looks at nothing but the first request. */
  readonly byCompany?: CompanyLogin | true | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Variables that it has only without a sandbox: what a host would hand down. */
  readonly openEnv?: Readonly<Record<string, string>> | undefined
  readonly limits?: NonNullable<SandboxOptions['network']>['limits']
  /** Whether it worked. @default a connection or datagram came that the policy does not name */
  readonly worked?: ((seen: Seen) => boolean) | undefined
  /** It takes all that it gets, and is contained rather than denied. */
  readonly isExhausting?: boolean | undefined
  /** Who else has a jail meanwhile: the hosts that its policy names. */
  readonly neighbour?: readonly NetGrant[] | undefined
}

/** What the company's proxy wants to be told, and whom it is not for. */
export interface CompanyLogin {
  readonly username: string
  readonly password: string
  readonly noProxy?: readonly string[] | undefined
}

/** What was seen from outside, and how the program ended. */
export interface Seen {
  readonly hits: readonly Hit[]
  /** On the port that no policy names. */
  readonly otherHits: readonly Hit[]
  /** Names that somebody looked up. */
  readonly questions: readonly string[]
  readonly code: number | null
  readonly said: string
}

/** All names and addresses, on the port of the sink: whatever is no public address is named by nobody all the same. */
export const everything = ({ sink }: World): readonly NetGrant[] => [
  { host: '*', ports: [sink.port] },
]

const publicAddresses: ReadonlySet<string> = new Set([
  addresses.allowed,
  addresses.forbidden,
  addresses.allowed6,
  addresses.forbidden6,
])

/** Something came that a policy does not name which names `allowed.test` alone. */
export function reachedForbidden({ hits, otherHits }: Seen): boolean {
  return (
    otherHits.length > 0 ||
    hits.some(({ protocol, address }) => protocol === 'udp' || address !== addresses.allowed)
  )
}

/** Something came to an address that is not of the internet. */
export function reachedPrivate({ hits, otherHits }: Seen): boolean {
  return (
    otherHits.length > 0 ||
    hits.some(({ protocol, address }) => protocol === 'udp' || !publicAddresses.has(address))
  )
}

/** Something came that carried a text, wherever to. */
export function reachedWith(text: string): (seen: Seen) => boolean {
  return ({ hits, otherHits }) =>
    [...hits, ...otherHits].some(({ carried }) => carried.includes(text))
}

/** Looked up by anybody. */
export function asked(part: string): (seen: Seen) => boolean {
  return ({ questions }) => questions.some((name) => name.toLowerCase().includes(part))
}

/** The program says itself that it worked: it learnt something, or got what it may not have. */
export const saidSo = ({ code }: Seen): boolean => code === 0

/** A request to a proxy. */
export function get(
  target: string,
  host: string,
  options: { readonly method?: string; readonly headers?: readonly string[]; body?: string } = {},
): string {
  const { method = 'GET', headers = [], body = '' } = options
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...headers, 'Connection: close']
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/** A tunnel, and a request in it. */
export function tunnel(authority: string, path = '/'): string {
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n${get(path, 'in.tunnel')}`
}

// What goes wrong in it looks like no denial: it ends with 99, and with 96 where even what is allowed does not work.
const prelude = String.raw`
BEGIN { $SIG{__DIE__} = sub { print STDERR @_; exit 99 }; $SIG{ALRM} = sub { exit 3 }; $SIG{PIPE} = 'IGNORE' } alarm 40;
use Socket;
my $port = shift @ARGV; my $lives;
sub proxy {
  my ($host, $door) = ($ENV{http_proxy} // '') =~ m{//(?:[^/]*@)?([\d.]+):(\d+)} or exit 97;
  socket(my $s, 2, 1, 0); connect($s, pack_sockaddr_in($door, inet_aton($host))) or exit($lives ? 1 : 98);
  return $s;
}
sub hear {
  my ($s, $until, $silence) = @_; my $heard = '';
  while (1) {
    my $bits = ''; vec($bits, fileno($s), 1) = 1;
    select($bits, undef, undef, $silence // 1.5) > 0 or last;
    sysread($s, my $b, 65536) or last;
    $heard .= $b;
    last if length($heard) > 262144 or (defined $until and $heard =~ $until);
  }
  return $heard;
}
sub ask { my $s = proxy(); syswrite($s, $_[0]); return hear($s, $_[1]) }
{
  my $s = proxy(); my $host = "allowed.test:$port";
  syswrite($s, "GET http://$host/alive HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n");
  my $heard = ''; while (sysread($s, my $b, 65536)) { $heard .= $b; last if $heard =~ /hello/ }
  unless ($heard =~ m{^HTTP/1.1 200}) { print STDERR "nothing allowed works: $heard"; exit 96 }
  $lives = 1;
}
`

/** A program in perl, after it has seen that what the policy names can be reached. */
export function perlOnline(
  { sink }: World,
  code: string,
  ...args: readonly (string | number)[]
): readonly string[] {
  return [
    '/usr/bin/perl',
    '-e',
    `${prelude} ${code}; exit 1;`,
    String(sink.port),
    ...args.map(String),
  ]
}

/** A program that says each of these to the proxy, on a connection of its own, and listens to the answer. */
export function say(world: World, ...requests: readonly string[]): readonly string[] {
  const hex = requests.map((request) => Buffer.from(request, 'utf8').toString('hex'))
  return perlOnline(
    world,
    'for (@ARGV) { my $a = ask(pack("H*", $_), qr/hello\\n\\z/); $a =~ s/\\r\\n\\r\\n/ /; print STDERR substr($a, 0, 400), "\\n" }',
    ...hex,
  )
}

/** As {@link say}, in bytes. */
export function sayBytes(world: World, ...requests: readonly string[]): readonly string[] {
  const hex = requests.map((request) => Buffer.from(request, 'latin1').toString('hex'))
  return perlOnline(world, 'for (@ARGV) { print STDERR ask(pack "H*", $_) }', ...hex)
}

/** A program for Node that ends with 1 after it has done its work, whatever came of it. */
export function nodeOnline(
  { sink }: World,
  code: string,
  ...args: readonly string[]
): readonly string[] {
  const [program = '', ...rest] = script(
    `
    setTimeout(() => process.exit(3), 40_000).unref()
    const [port, ...args] = process.argv.slice(1)
    const attempt = async () => { ${code} }
    attempt().then(() => process.exit(1), (error) => { console.error(error?.cause ?? error); process.exit(1) })`,
    sink.port,
    ...args,
  )
  return [program, ...rest]
}

/** A mechanism that is tried by requests to the proxy. */
export function bySaying(
  name: string,
  requests: (world: World) => readonly string[],
  options: Omit<Plan, 'command'> & { readonly variantOf?: string; readonly feature?: string } = {},
): NetworkMechanism {
  const { variantOf, feature, ...plan } = options
  return {
    name,
    variantOf,
    feature,
    prepare: (world) => ({ ...plan, command: say(world, ...requests(world)) }),
  }
}
