import { script } from '../escape/mechanism.ts'
import type { World } from './world/world.ts'

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
