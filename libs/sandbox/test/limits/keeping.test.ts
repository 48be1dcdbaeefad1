import { existsSync } from 'node:fs'
import { openSandbox } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { onEachBackend, temporaryFolder } from '../engine.ts'
import { runToEnd } from './run-to-end.ts'

const mebibyte = 1024 * 1024
const node = { fs: { read: [process.execPath] } }

onEachBackend('limits', (backend) => {
  it('counts the CPU time of a whole tree, where each process stays below', async () => {
    await using sandbox = await openSandbox({ backend, policy: {}, limits: { cpuSeconds: 1 } })
    const spin =
      'trap "" CHLD; while :; do (i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done) & wait; done'
    expect((await runToEnd(sandbox, 'sh', ['-c', spin])).ended).toBe('cpu')
  })

  it('ends a 1 GiB buffer under 128 MiB by the limit', async () => {
    await using sandbox = await openSandbox({
      backend,
      policy: node,
      limits: { memoryBytes: 128 * mebibyte, wallMs: 20_000 },
    })
    const grow =
      'const all = []; for (let i = 0; i < 64; i++) all.push(Buffer.alloc(16 << 20, 1)); setTimeout(() => console.log("survived"), 500)'
    const { ended, stdout, usage } = await runToEnd(sandbox, process.execPath, ['-e', grow])
    expect({ ended, stdout }).toEqual({ ended: 'memory', stdout: '' })
    // The kernel may have refused the page that would have been one too many.
    expect(usage.peakMemoryBytes).toBeGreaterThan(127 * mebibyte)
  })

  it('lets the same program run without the limit', async () => {
    await using sandbox = await openSandbox({ backend, policy: node, limits: { wallMs: 20_000 } })
    const keep = 'const b = Buffer.alloc(200 << 20, 1); console.log(b.length >> 20)'
    expect(await sandbox.run(process.execPath, ['-e', keep])).toMatchObject({ stdout: '200\n' })
  })

  it('counts empty files as memory, which they take of the kernel', async () => {
    const fill = 'for (1 .. 50000) { open(my $f, ">", "/tmp/$_") } sleep 2'
    const run = async (memoryBytes: number): Promise<unknown> => {
      await using sandbox = await openSandbox({ backend, policy: {}, limits: { memoryBytes } })
      return (await runToEnd(sandbox, 'perl', ['-e', fill])).ended
    }
    expect(await run(32 * mebibyte)).toBe('memory')
    expect(await run(128 * mebibyte)).toBeUndefined()
  })

  it.runIf(existsSync('/usr/bin/python3'))(
    'counts the memory of a process whose first thread has ended',
    async () => {
      const script = `
import ctypes, os, threading, time
def hold():
  held = [bytearray(10 << 20) for _ in range(30)]
  time.sleep(3)
  print(len(held), flush=True)
  os._exit(0)
if os.fork() == 0:
  threading.Thread(target=hold).start()
  ctypes.CDLL(None).syscall(${process.arch === 'arm64' ? 93 : 60}, 0)
os.wait()`
      const run = async (memoryBytes: number | undefined): Promise<unknown> => {
        await using sandbox = await openSandbox({ backend, policy: {}, limits: { memoryBytes } })
        const { ended, stdout } = await runToEnd(sandbox, 'python3', ['-c', script])
        return { ended, stdout }
      }
      expect(await run(100 * 1024 * 1024)).toEqual({ ended: 'memory', stdout: '' })
      expect(await run(undefined)).toEqual({ ended: undefined, stdout: '30\n' })
    },
  )

  it('keeps files to their size', async () => {
    await using folder = await temporaryFolder()
    await using sandbox = await openSandbox({
      backend,
      policy: { fs: { write: [folder.path] } },
      limits: { fileBytes: mebibyte },
    })
    const write = ['-c', 'head -c 2000000 /dev/zero > big; wc -c < big']
    expect((await sandbox.run('sh', write, { cwd: folder.path })).stdout.trim()).toBe('1048576')
  })

  it('keeps descriptors to their number', async () => {
    await using sandbox = await openSandbox({ backend, policy: {}, limits: { openFiles: 32 } })
    expect((await sandbox.run('sh', ['-c', 'ulimit -n'])).stdout).toBe('32\n')
  })

  it('tells the CPU time and the memory of a program that was never sampled', async () => {
    await using sandbox = await openSandbox({ backend, policy: node })
    const { usage } = await sandbox.run(process.execPath, ['-e', '0'])
    expect(usage.cpuMs).toBeGreaterThan(10)
    expect(usage.peakMemoryBytes).toBeGreaterThan(30 * mebibyte)
  })

  it('tells the CPU time of a program that was killed, and of its children', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const spin = 'fork; 1 while (times)[0] < 0.3; syswrite STDOUT, "x"; sleep 60'
    await using program = await sandbox.spawn('perl', ['-e', spin])
    const { promise, resolve } = Promise.withResolvers<undefined>()
    let spun = 0
    program.stdout?.on('data', (chunk: Buffer) => {
      spun += chunk.length
      if (spun === 2) resolve(undefined)
    })
    await promise
    program.kill()
    expect((await program.exited).usage.cpuMs).toBeGreaterThanOrEqual(580)
  })

  it('refuses a limit that is no positive number', async () => {
    for (const memoryBytes of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(openSandbox({ backend, policy: {}, limits: { memoryBytes } })).rejects.toThrow(
        RangeError,
      )
  })
})
