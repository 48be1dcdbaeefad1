import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSandbox, sandboxMinimum, type SandboxPolicy } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { minimumOf, onEachBackend, onEveryBackend, temporaryFolder } from './engine.ts'

onEveryBackend(
  'run()',
  (backend) => {
    it('tells a signal from a status', async () => {
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      expect(await sandbox.run('sh', ['-c', 'kill -TERM $$'])).toMatchObject({
        code: null,
        signal: 'SIGTERM',
      })
    })

    it('passes arguments as they are, and never through a shell', async () => {
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      const args = ['$(id)', '; exit 9', '"', "'", '', '-n', '\n', '*']
      const { stdout } = await sandbox.run('printf', ['%s|', ...args])
      expect(stdout).toBe(args.map((argument) => `${argument}|`).join(''))
    })

    it('feeds input, and takes a program that does not read it', async () => {
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      expect((await sandbox.run('cat', [], { input: 'text' })).stdout).toBe('text')
      expect(await sandbox.run('true', [], { input: 'x'.repeat(1_000_000) })).toMatchObject({
        code: 0,
      })
    })

    it('ends a program that writes more than is kept', async () => {
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      await expect(sandbox.run('yes', [], { maxOutputBytes: 100_000 })).rejects.toMatchObject({
        code: 'MB_SANDBOX_OUTPUT_LIMIT',
      })
    })
  },
  { inContainers: true },
)

onEveryBackend(
  'the policy',
  (backend) => {
    it('may grant a folder to write inside one to read', async () => {
      await using folder = await temporaryFolder()
      await mkdir(join(folder.path, 'out'))
      const policy: SandboxPolicy = {
        fs: { read: [folder.path], write: [join(folder.path, 'out')] },
      }
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy })
      const { code } = await sandbox.run('sh', ['-c', 'touch out/a && ! touch b'], {
        cwd: folder.path,
      })
      expect(code).toBe(0)
    })

    it('may grant names that a shell or a mount table would trip over', async () => {
      await using folder = await temporaryFolder()
      const odd = join(folder.path, 'a b\tc\nd\\e"f\'g $(h) ü')
      await mkdir(odd)
      await using sandbox = await openSandbox({
        backend,
        minimum: minimumOf(backend),
        policy: { fs: { write: [odd] } },
      })
      expect(await sandbox.run('touch', [join(odd, 'x')])).toMatchObject({ code: 0, stderr: '' })
    })

    it('refuses to start in a folder that cannot be seen', async () => {
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      await expect(sandbox.run('true', [], { cwd: process.cwd() })).rejects.toMatchObject({
        code: 'MB_SANDBOX_POLICY',
      })
    })

    it('refuses when a granted folder was swapped since', async () => {
      await using folder = await temporaryFolder()
      const [granted, secret] = [join(folder.path, 'granted'), join(folder.path, 'secret')]
      await Promise.all([mkdir(granted), mkdir(secret)])
      await using sandbox = await openSandbox({
        backend,
        minimum: minimumOf(backend),
        policy: { fs: { read: [granted] } },
      })
      const { rename } = await import('node:fs/promises')
      await rename(granted, `${granted}-before`)
      await symlink(secret, granted)
      await expect(sandbox.run('true')).rejects.toMatchObject({
        code: 'MB_SANDBOX_BELOW_MINIMUM',
        details: { missing: [{ item: 'filesystem' }] },
      })
    })
  },
  { inContainers: true },
)

onEveryBackend(
  'spawn()',
  (backend) => {
    it('gives a socket pair on descriptor 3 when asked, and none otherwise', async () => {
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      await using program = await sandbox.spawn(
        'sh',
        ['-c', 'read -r line <&3; echo "got $line" >&3'],
        {
          channel: true,
        },
      )
      program.channel?.write('ping\n')
      const answer = await new Promise((resolve) => program.channel?.once('data', resolve))
      expect(String(answer)).toBe('got ping\n')
      expect((await program.exited).code).toBe(0)
      expect(await sandbox.run('sh', ['-c', 'true <&3'])).toMatchObject({ code: 2 })
    })

    it('sends a signal to the program, and kills all of it', async () => {
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      await using program = await sandbox.spawn('sh', [
        '-c',
        'trap "echo caught; exit 7" INT; echo on; while :; do sleep 0.05; done',
      ])
      await new Promise((resolve) => program.stdout?.once('data', resolve))
      program.kill('SIGINT')
      expect(await program.exited).toMatchObject({ code: 7 })
      await using other = await sandbox.spawn('sleep', ['60'])
      other.kill()
      expect(await other.exited).toMatchObject({ code: null, signal: 'SIGKILL' })
    })

    it('stops on its signal, before and after the start', async () => {
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      await expect(sandbox.run('true', [], { signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: 'AbortError',
      })
      const signal = AbortSignal.timeout(200)
      await expect(sandbox.run('sleep', ['60'], { signal })).rejects.toMatchObject({
        name: 'TimeoutError',
      })
    })

    it('tells a file that is not executable from none', async () => {
      await using folder = await temporaryFolder()
      const file = join(folder.path, 'script.sh')
      await writeFile(file, 'true\n')
      const policy = { fs: { read: [folder.path] } }
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy })
      await expect(sandbox.spawn(file)).rejects.toMatchObject({
        code: 'MB_SANDBOX_COMMAND_MISSING',
        message: `Cannot run "${file}": the file is not executable`,
        hint: `Make it so with chmod +x, or run what reads it, such as: sh ${file}`,
      })
    })

    it('names a command that is missing, or cannot be seen inside', async () => {
      await using folder = await temporaryFolder()
      const hidden = join(folder.path, 'hidden')
      await writeFile(hidden, '#!/bin/sh\n', { mode: 0o755 })
      await using sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      await expect(sandbox.spawn('no-such-command')).rejects.toMatchObject({
        code: 'MB_SANDBOX_COMMAND_MISSING',
        message: 'Cannot run "no-such-command": there is no such executable file',
      })
      await expect(sandbox.spawn(hidden)).rejects.toMatchObject({
        code: 'MB_SANDBOX_COMMAND_MISSING',
        message: `Cannot run "${hidden}": "${hidden}" cannot be seen inside`,
      })
    })

    it('says so of a program whose sandbox was closed under it', async () => {
      const options = { backend, minimum: minimumOf(backend), policy: {} }
      const closedEarly = async (): Promise<unknown> => {
        await using sandbox = await openSandbox(options)
        return sandbox.run('sleep', ['60'])
      }
      await expect(closedEarly()).rejects.toMatchObject({
        code: 'MB_SANDBOX_FAILED',
        message: 'Cannot tell how "sleep" ends: its sandbox was closed while it ran',
      })
    })

    it('is over for all programs when the sandbox is disposed', async () => {
      const sandbox = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
      const programs = await Promise.all([1, 2, 3].map(() => sandbox.spawn('sleep', ['60'])))
      await sandbox[Symbol.asyncDispose]()
      const exits = await Promise.all(programs.map(({ exited }) => exited))
      expect(exits.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL'])
      await expect(sandbox.spawn('true')).rejects.toMatchObject({ code: 'MB_SANDBOX_FAILED' })
    })
  },
  { inContainers: true },
)

onEachBackend('a jail with namespaces', (backend) => {
  it('gives status, output and a receipt in which every item is proved', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const result = await sandbox.run('sh', ['-c', 'echo out; echo err >&2; exit 3'])
    expect(result).toMatchObject({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' })
    expect(result).not.toHaveProperty('ended')
    expect(result.receipt.items.map(({ item, proved }) => [item, proved])).toEqual(
      sandboxMinimum.map((item) => [item, true]),
    )
    expect(result.receipt.probes.findings.filter(({ passed }) => !passed)).toEqual([])
  })

  it('has the environment of the policy and nothing of the host', async () => {
    await using sandbox = await openSandbox({
      backend,

      policy: { env: { GIVEN: 'a=b\nc' } },
    })
    const { stdout } = await sandbox.run('env', ['-0'])
    expect(stdout.split('\0').filter(Boolean).toSorted()).toEqual([
      'GIVEN=a=b\nc',
      'HOME=/run/home',
      'PATH=/usr/local/bin:/usr/bin:/bin',
      'PWD=/',
      'TMPDIR=/tmp',
    ])
  })

  it('runs Node, with its flags and a worker pool', async () => {
    await using sandbox = await openSandbox({
      backend,

      policy: { fs: { read: [process.execPath] } },
    })
    const program = `
      const { promises } = require('node:fs')
      promises.readFile('/etc/hosts', 'utf8').then((text) => console.log(text.length > 0, process.pid))`
    expect(await sandbox.run(process.execPath, ['-e', program])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^true \d\n$/),
      stderr: '',
    })
  })

  it('mounts folders and files at their own place, to read or to write', async () => {
    await using folder = await temporaryFolder()
    const [read, write, file] = ['read', 'write', 'file'].map((name) => join(folder.path, name))
    if (read === undefined || write === undefined || file === undefined) throw new TypeError()
    await Promise.all([mkdir(read), mkdir(write), writeFile(file, 'file')])
    await writeFile(join(read, 'inside'), 'inside')
    await using sandbox = await openSandbox({
      backend,

      policy: { fs: { read: [read, file], write: [write] } },
    })
    const script = `cat inside ${file}; echo made > ${write}/new; echo no > new; ls ${folder.path}`
    const { stdout, stderr } = await sandbox.run('sh', ['-c', script], { cwd: read })
    expect(stdout).toBe('insidefilefile\nread\nwrite\n')
    expect(stderr).toContain('Read-only file system')
    expect(await readFile(join(write, 'new'), 'utf8')).toBe('made\n')
  })

  it('keeps scratch space to its size, and to one program', async () => {
    await using sandbox = await openSandbox({
      backend,

      policy: { tmpBytes: 1_000_000 },
    })
    const fill =
      'for at in /tmp /dev/shm $HOME; do head -c 900000 /dev/zero > $at/a && ! head -c 900000 /dev/zero > $at/b; done 2>/dev/null'
    expect(await sandbox.run('sh', ['-c', fill])).toMatchObject({ code: 0 })
    expect((await sandbox.run('ls', ['/tmp'])).stdout).toBe('')
  })
})
