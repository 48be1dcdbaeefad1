import { saidSo, type NetworkMechanism, type Plan } from '../network-mechanism.ts'
import { perlOnline } from '../programs.ts'
import { flood } from '../world/sink.ts'
import type { World } from '../world/world.ts'

const mebibyte = 1024 * 1024
// What is allowed has to come through in this time on a busy machine too; programs wait four times as long.
const shortMs = 4000

/** Ways to take all of what the host, or the host that the policy names, has to give. */
export function listExhausting(): readonly NetworkMechanism[] {
  return [
    exhausting('send headers without end', {
      code: 'syswrite($s, "GET http://$to/ HTTP/1.1\\r\\nHost: $to\\r\\n"); for (1 .. 512) { last unless defined syswrite($s, "X$_: " . "a" x 1000 . "\\r\\n") } exit 0 unless answered($s, 16)',
      worked: saidSo,
    }),
    exhausting('send a line without end', {
      code: 'for (1 .. 512) { last unless defined syswrite($s, "GET http://$to/" x 70) } exit 0 unless answered($s, 16)',
      worked: saidSo,
      variantOf: 'send headers without end',
    }),
    exhausting('send a request in drops', {
      code: 'my $text = "GET http://$to/ HTTP/1.1\\r\\nX: " . "a" x 999; for (1 .. 80) { exit 1 unless defined syswrite($s, substr($text, $_, 1)); exit 1 if answered($s, 0.2) } exit 0',
      worked: saidSo,
      limits: { headMs: shortMs },
    }),
    exhausting('say nothing at all', {
      code: 'exit 0 unless answered($s, 16)',
      worked: saidSo,
      limits: { headMs: shortMs },
      variantOf: 'send a request in drops',
    }),
    exhausting('open tunnels without end', {
      code: 'my @all; for (1 .. 48) { push @all, proxy(); syswrite($all[-1], "CONNECT $to HTTP/1.1\\r\\nHost: $to\\r\\n\\r\\nheld") } answered($all[-1], 2); select(undef, undef, undef, 1)',
      worked: ({ hits }) => hits.filter(({ carried }) => carried === 'held').length > 20,
      limits: { connections: 12 },
    }),
    exhausting('ask without end', {
      code: 'for (1 .. 30) { my $p = proxy(); syswrite($p, "GET http://$to/again HTTP/1.1\\r\\nHost: $to\\r\\nConnection: close\\r\\n\\r\\n"); hear($p, qr/\\r\\n\\r\\n/, 10) }',
      worked: ({ hits }) => hits.filter(({ carried }) => carried.includes('/again')).length > 20,
      limits: { total: 12 },
    }),
    exhausting('send to a host without end', {
      code: 'tunnel($s); for (1 .. 64) { last unless defined syswrite($s, "a" x 65536) } answered($s, 2)',
      worked: ({ hits }) => hits.some(({ bytes }) => bytes > 3 * mebibyte),
      limits: { bytesUp: mebibyte },
    }),
    exhausting('be sent to without end', {
      code: 'tunnel($s); syswrite($s, "GET /flood HTTP/1.1\\r\\n\\r\\n"); my $n = 0; while (my $got = sysread($s, my $b, 65536)) { $n += $got; exit 0 if $n > 6e6 }',
      worked: saidSo,
      limits: { bytesDown: mebibyte },
    }),
    exhausting('have the host keep what is not read', {
      code: 'syswrite($s, "GET http://$to/flood HTTP/1.1\\r\\nHost: $to\\r\\n\\r\\n"); select(undef, undef, undef, 3)',
      worked: ({ hits }) => hits.some(({ sent }) => sent > 32 * mebibyte),
    }),
    exhausting('keep a tunnel and say nothing', {
      code: 'tunnel($s); exit 0 unless answered($s, 16)',
      worked: saidSo,
      limits: { idleMs: shortMs },
    }),
    exhausting('keep a tunnel for ever', {
      code: 'tunnel($s); for (1 .. 80) { defined syswrite($s, "a") or exit 1; exit 1 if answered($s, 0.2) } exit 0',
      worked: saidSo,
      limits: { durationMs: shortMs },
      variantOf: 'keep a tunnel and say nothing',
    }),
  ]
}

function exhausting(
  name: string,
  {
    code,
    variantOf,
    ...plan
  }: Pick<Plan, 'limits' | 'worked'> & { readonly code: string; readonly variantOf?: string },
): NetworkMechanism {
  return {
    name,
    variantOf,
    prepare: (world: World) => {
      world.sink.answer = flood(48 * mebibyte)
      return { ...plan, isExhausting: true, command: perlOnline(world, `${toAllowed} ${code}`) }
    },
  }
}

// An answer is also the end of a connection.
const toAllowed = String.raw`
  my $to = "allowed.test:$port"; my $s = proxy();
  sub answered { my ($s, $seconds) = @_; my $bits = ''; vec($bits, fileno($s), 1) = 1; return select($bits, undef, undef, $seconds) > 0 }
  sub tunnel { my $s = shift; syswrite($s, "CONNECT $to HTTP/1.1\r\nHost: $to\r\n\r\n"); hear($s, qr/\r\n\r\n/, 15) =~ /^HTTP\/1.1 200/ or exit 95 }`
