import type { BackendName } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { onEveryBackend } from '../engine.ts'
import { openKept } from './groups.ts'
import { runToEnd } from './run-to-end.ts'

const mebibyte = 1024 * 1024

// What was sent and not yet read belongs to no process.
const fill = `use Socket; use Fcntl;
for (1 .. 150) {
  socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die;
  fcntl($a, F_SETFL, O_NONBLOCK);
  1 while syswrite $a, "x" x 4096;
  push @held, $a, $b;
}
select undef, undef, undef, 0.5; print "held"`

async function run(backend: BackendName, memoryBytes: number): Promise<unknown> {
  const options = { policy: {}, limits: { memoryBytes } }
  await using sandbox = await openKept(backend, 'the watchdog', options)
  const { ended, stdout } = await runToEnd(sandbox, 'perl', ['-e', fill])
  return { ended, stdout }
}

onEveryBackend('what waits in pairs of sockets', (backend) => {
  it('counts as memory for the watchdog', async () => {
    expect(await run(backend, 24 * mebibyte)).toEqual({ ended: 'memory', stdout: '' })
    expect(await run(backend, 256 * mebibyte)).toEqual({ ended: undefined, stdout: 'held' })
  })
})
