import { openSandbox, type Sandbox } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { findNamespaces } from '../../src/backends/namespaces/find-namespaces.ts'
import { openJails } from '../../src/jail/open-jails.ts'
import { findLoader, findPythonLoader, type Loader } from '../../src/loader/loader.ts'
import { isTestable, onEachBackend } from '../engine.ts'

const [ptrace, unshare] = process.arch === 'arm64' ? [117, 97] : [101, 272]
const loaders = { perl: findLoader(), python: findPythonLoader() }

async function openCounting(loader: Loader | undefined): Promise<Sandbox> {
  return openJails(await findNamespaces(loader), { policy: {}, limits: { wallMs: 60_000 } })
}

describe.each(Object.entries(loaders))('calls denied to a program, counted by %s,', (_, loader) => {
  describe.runIf(isTestable('namespaces') && loader !== undefined)('where it is there,', () => {
    it('are told by name and number, and are denied all the same', async () => {
      await using sandbox = await openCounting(loader)
      const script = `print syscall(${ptrace}, 0, 0, 0, 0), $! + 0, " " for 1 .. 3; print syscall(${unshare}, 0x10000000), $! + 0`
      const { stdout, violations } = await sandbox.run('perl', ['-e', script])
      expect(stdout).toBe('-11 -11 -11 -11')
      expect(violations.toSorted((a, b) => b.count - a.count)).toEqual([
        { kind: 'system-call', name: 'ptrace', count: 3 },
        { kind: 'system-call', name: 'unshare', count: 1 },
      ])
    })

    it('are none where none is made, whatever the program says of itself', async () => {
      await using sandbox = await openCounting(loader)
      const lie =
        'echo "denied 101:7"; echo "denied 101:7" >&2; (echo "denied 101:7" >&5) 2>&1; true'
      expect((await sandbox.run('sh', ['-c', lie])).violations).toEqual([])
    })

    it('are none where Node starts, which tries what an older kernel has not', async () => {
      await using sandbox = await openJails(await findNamespaces(loader), {
        policy: { fs: { read: [process.execPath] } },
        limits: { wallMs: 60_000 },
      })
      const script = 'require("node:fs").readFile("/etc/hostname", () => console.log("read"))'
      const { stdout, violations } = await sandbox.run(process.execPath, ['-e', script])
      expect({ stdout, violations }).toEqual({ stdout: 'read\n', violations: [] })
    })

    it('are all counted in a flood from several processes, and each is answered', async () => {
      await using sandbox = await openCounting(loader)
      const flood = `fork; fork; my $n = 0; for (1 .. 5000) { $n++ if syscall(${ptrace}, 0, 0, 0, 0) == -1 && $! == 1 } syswrite STDOUT, "$n "; 1 while wait > 0`
      const { stdout, violations } = await sandbox.run('perl', ['-e', flood])
      expect(stdout).toBe('5000 5000 5000 5000 ')
      expect(violations).toEqual([{ kind: 'system-call', name: 'ptrace', count: 20_000 }])
    })

    it('are told while the program runs, and after it was killed', async () => {
      await using sandbox = await openCounting(loader)
      await using program = await sandbox.spawn('perl', [
        '-e',
        `syscall(${ptrace}, 0, 0, 0, 0); sleep 60`,
      ])
      const expected = [{ kind: 'system-call', name: 'ptrace', count: 1 }]
      await expect.poll(() => program.violations).toEqual(expected)
      program.kill()
      expect((await program.exited).violations).toEqual(expected)
    })

    it('keep nobody from being killed in the middle of one, nor from being waited for', async () => {
      await using sandbox = await openCounting(loader)
      const storm = `for (1 .. 60) { my $p = fork; unless ($p) { 1 while syscall(${ptrace}, 0, 0, 0, 0) } select undef, undef, undef, 0.01; kill 9, $p; waitpid $p, 0 } print "done"`
      const { stdout, violations } = await sandbox.run('perl', ['-e', storm])
      expect(stdout).toBe('done')
      expect(violations).toMatchObject([{ name: 'ptrace' }])
    })

    it('leave the first process no room that a program could take its answers from', async () => {
      await using sandbox = await openCounting(loader)
      // Descriptors of the first process would be seen here, were it not hidden.
      const { stdout } = await sandbox.run('sh', [
        '-c',
        'ls /proc/1; ls /proc/self/fd | tr "\\n" " "',
      ])
      expect(stdout).toBe('0 1 2 3 ')
    })
  })
})

onEachBackend('calls denied to a program', (backend) => {
  it('fail in the same way everywhere, also where nobody counts them', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const { stdout } = await sandbox.run('perl', [
      '-e',
      `print syscall(${ptrace}, 0, 0, 0, 0), $! + 0`,
    ])
    expect(stdout).toBe('-11')
  })
})
