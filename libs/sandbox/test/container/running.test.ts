import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSandbox, sandboxMinimum } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { findContainer } from '../../src/backends/container/find-container.ts'
import { openJails } from '../../src/jail/open-jails.ts'
import { findPythonLoader } from '../../src/loader/loader.ts'
import { temporaryFolder } from '../engine.ts'
import { isRunnable } from './engine.ts'

const backend = 'container'

describe.runIf(isRunnable)('a container', () => {
  it('proves every item, and gives status and output', async () => {
    await using sandbox = await openSandbox({ backend, policy: { env: { GIVEN: 'a=b\nc' } } })
    const script = 'printf %s "$GIVEN"; echo err >&2; pwd; exit 3'
    const result = await sandbox.run('sh', ['-c', script])
    expect(result).toMatchObject({ code: 3, signal: null, stdout: 'a=b\nc/\n', stderr: 'err\n' })
    expect(result.receipt).toMatchObject({ backend, level: 'sandbox' })
    expect(result.receipt.items.map(({ item, proved }) => [item, proved])).toEqual(
      sandboxMinimum.map((item) => [item, true]),
    )
    expect(result.receipt.probes.findings.filter(({ passed }) => !passed)).toEqual([])
  })

  it('tells a signal from a status, and passes arguments as they are', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    expect(await sandbox.run('sh', ['-c', 'kill -TERM $$'])).toMatchObject({
      code: null,
      signal: 'SIGTERM',
    })
    const args = ['$(id)', '; exit 9', '"', "'", '', '-n', '\n', '*', '--privileged']
    const { stdout } = await sandbox.run('printf', ['%s|', ...args])
    expect(stdout).toBe(args.map((argument) => `${argument}|`).join(''))
  })

  it('mounts what was granted, at its own place and under any name', async () => {
    await using folder = await temporaryFolder()
    const name = 'a,readonly=false,"b"\t\n:c d $(h) ü'
    const [read, write] = [join(folder.path, name), join(folder.path, 'write')]
    await Promise.all([mkdir(read), mkdir(write)])
    await writeFile(join(read, 'file'), 'granted')
    await writeFile(join(folder.path, 'secret'), 'secret')
    await using sandbox = await openSandbox({
      backend,
      policy: { fs: { read: [read], write: [write] } },
    })
    const script = 'cat "$1/file"; echo made > "$2/file"; echo no > "$1/new"; cat "$1/../secret"'
    const { stdout, stderr } = await sandbox.run('sh', ['-c', script, 'sh', read, write])
    expect(stdout).toBe('granted')
    expect(stderr).toMatch(/Read-only file system[^]*No such file/)
    expect(await readFile(join(write, 'file'), 'utf8')).toBe('made\n')
  })

  it('feeds input, and hands a channel on', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    expect((await sandbox.run('cat', [], { input: 'text' })).stdout).toBe('text')
    const script = 'read -r name <&3; echo "hello $name" >&3'
    await using program = await sandbox.spawn('sh', ['-c', script], { channel: true })
    program.channel?.write('bottle\n')
    const [answer] = program.channel === null ? [] : await once(program.channel, 'data')
    expect(String(answer)).toBe('hello bottle\n')
    expect(await program.exited).toMatchObject({ code: 0 })
  })

  it('keeps its first process from the program, and the place where it met the host', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const script = `
      for file in mem environ maps; do head -c 1 /proc/1/$file > /dev/null 2>&1 && echo "read $file"; done
      chmod 755 /proc/1/exe 2> /dev/null && echo changed; readlink /proc/1/exe /proc/1/fd/3
      ls -A /run/mb-sandbox; kill -KILL 1; kill -STOP 1; echo survived`
    const { stdout } = await sandbox.run('sh', ['-c', script])
    expect(stdout).toBe('survived\n')
  })

  it('shows nothing of the machine in /sys', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const { stdout } = await sandbox.run('sh', ['-c', 'ls /sys; ls /sys/fs'])
    expect(stdout).toBe('fs\ncgroup\n')
  })

  it('refuses a folder that was swapped since it was granted', async () => {
    await using folder = await temporaryFolder()
    const granted = join(folder.path, 'granted')
    await mkdir(granted)
    await using sandbox = await openSandbox({ backend, policy: { fs: { read: [granted] } } })
    spawnSync('mv', [granted, join(folder.path, 'away')])
    await mkdir(granted)
    await expect(sandbox.run('true')).rejects.toMatchObject({ code: 'MB_SANDBOX_BELOW_MINIMUM' })
  })

  it.runIf(findPythonLoader() !== undefined)('runs with python3 alone', async () => {
    const builder = await findContainer(findPythonLoader())
    await using sandbox = await openJails(builder, { policy: {} })
    const script = 'echo out; read -r line <&3; echo "$line" >&3; exit 4'
    await using program = await sandbox.spawn('sh', ['-c', script], { channel: true })
    program.channel?.write('line\n')
    const [answer] = program.channel === null ? [] : await once(program.channel, 'data')
    expect(String(answer)).toBe('line\n')
    expect(await program.exited).toMatchObject({ code: 4 })
    expect(program.receipt.items.filter(({ proved }) => !proved)).toEqual([])
  })
})
