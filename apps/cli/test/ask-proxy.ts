/** What asks the proxy as programs do, with what every machine with a jail has. */
export const asker: string = String.raw`
my ($url) = @ARGV;
my ($host) = $url =~ m{^http://([^/]*)};
my $proxy;
$ENV{http_proxy} =~ m{^http://127\.0\.0\.1:(\d+)$} or die "no proxy\n";
socket($proxy, 2, 1, 0) && connect($proxy, pack('S n C4 x8', 2, $1, 127, 0, 0, 1)) or die "$!\n";
syswrite($proxy, "GET $url HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n");
my $text = join('', <$proxy>);
print $text =~ /^HTTP\S+ (\d+).*?\r\n\r\n(.*)/s ? "$1 $2" : $text;
`
/** The end of a command line that asks for an address. */
export function ask(url: string): readonly string[] {
  return ['--', 'perl', '-e', asker, url]
}
