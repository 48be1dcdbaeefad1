import { randomInt } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { levelItems, openSandbox, type SandboxOptions, type Sandbox } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { findLandlock } from '../src/backends/landlock/find-landlock.ts'
import { openJails } from '../src/jail/open-jails.ts'
import { isTestable, temporaryFolder } from './engine.ts'

const minimum = levelItems('restricted')

describe.runIf(isTestable('landlock'))('level restricted', () => {
  it('names what it does not prove, and why', async () => {
    await using sandbox = await open({ policy: {} })
    const { receipt } = await sandbox.run('true')
    expect(receipt).toMatchObject({ level: 'restricted', backend: 'landlock' })
    expect(receipt.items.filter(({ proved }) => !proved)).toEqual([
      {
        item: 'users',
        proved: false,
        evidence: 'no namespace: the user and its numbers are those of the host',
      },
      {
        item: 'hostname',
        proved: false,
        evidence: 'no namespace: the name of the host can be seen',
      },
      {
        item: 'cgroup',
        proved: false,
        evidence: 'no namespace: the cgroups are those of the host',
      },
    ])
  })

  it('is refused where more is asked for, before anything is started', async () => {
    await expect(openSandbox({ backend: 'landlock', policy: {} })).rejects.toMatchObject({
      code: 'MB_SANDBOX_BELOW_MINIMUM',
      outcome: 'refused',
    })
  })

  it('gives a home and a folder for what is temporary, to one program each time', async () => {
    await using sandbox = await open({ policy: { env: { GIVEN: 'a=b\nc' } } })
    const script = 'echo "$GIVEN"; echo x > "$HOME/x" && echo x > "$TMPDIR/x" && echo "$HOME"'
    const { code, stdout } = await sandbox.run('sh', ['-c', `${script}; pwd`], { cwd: '/run/home' })
    const [, , home = ''] = stdout.split('\n')
    expect({ code, stdout }).toEqual({ code: 0, stdout: `a=b\nc\n${home}\n${home}\n` })
    expect(existsSync(home)).toBe(false)
    expect((await sandbox.run('sh', ['-c', 'ls -A "$HOME" "$TMPDIR" | grep -x x'])).stdout).toBe('')
  })

  it('runs Node and what it needs', async () => {
    await using sandbox = await open({ policy: { fs: { read: [process.execPath] } } })
    const program = `
      const { execFileSync } = require('node:child_process')
      const { randomBytes } = require('node:crypto')
      const { promises } = require('node:fs')
      const { Worker } = require('node:worker_threads')
      promises.readFile(process.execPath).then((bytes) => {
        new Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true }).on('message', () => {
          console.log(bytes.length > 0, randomBytes(4).length, String(execFileSync('echo', ['child'])))
        })
      })`
    expect(await sandbox.run(process.execPath, ['-e', program])).toMatchObject({
      code: 0,
      stdout: 'true 4 child\n\n',
      stderr: '',
    })
  })

  it.runIf(existsSync('/usr/bin/git'))('runs Git, to read', async () => {
    await using folder = await temporaryFolder()
    execFileSync('/usr/bin/git', ['init', '-q', '.'], { cwd: folder.path })
    await writeFile(join(folder.path, 'file'), '')
    await using sandbox = await open({ policy: { fs: { read: [folder.path] } } })
    const script = 'git status --short && ls -l file > list 2>&1 || ls -l file | wc -l'
    expect(await sandbox.run('sh', ['-c', script], { cwd: folder.path })).toMatchObject({
      code: 0,
      stdout: '?? file\n1\n',
    })
  })

  it('lets no link or name lead a right elsewhere', async () => {
    await using folder = await temporaryFolder()
    const [read, write] = [join(folder.path, 'read'), join(folder.path, 'write')]
    await Promise.all([mkdir(read), mkdir(write), writeFile(join(folder.path, 'secret'), 'secret')])
    await writeFile(join(read, 'file'), 'before')
    await using sandbox = await open({ policy: { fs: { read: [read], write: [write] } } })
    const script = `
      cat ../secret; cat "$1/../secret"; ln -s ../secret "$1/link"; cat "$1/link"
      ln file "$1/hard" && echo changed > "$1/hard"; mv file "$1/moved" && echo changed > "$1/moved"
      cat /proc/self/root$1/../secret; truncate -s 0 file; : > file; rm file; chmod 777 file; touch file`
    const { stdout } = await sandbox.run('sh', ['-c', script, 'sh', write], { cwd: read })
    expect(stdout).toBe('')
    expect(readFileSync(join(read, 'file'), 'utf8')).toBe('before')
  })

  it('keeps what runs later as it is, in a folder that may be written in', async () => {
    await using folder = await temporaryFolder()
    for (const place of ['.git/hooks', 'src'])
      await mkdir(join(folder.path, place), { recursive: true })
    await writeFile(join(folder.path, '.git/config'), 'config')
    await writeFile(join(folder.path, 'src/a'), 'a')
    await using sandbox = await open({ policy: { fs: { write: [folder.path] } } })
    const script = `
      echo planted > .git/hooks/pre-commit; echo planted > .git/config; mv .git old; rm -r .git
      echo b > src/b; echo changed > src/a; cat .git/config`
    const { stdout } = await sandbox.run('sh', ['-c', script], { cwd: folder.path })
    expect(stdout).toBe('config')
    expect(readdirSync(join(folder.path, '.git/hooks'))).toEqual([])
    expect(readdirSync(join(folder.path, 'src')).toSorted()).toEqual(['a', 'b'])
    expect(readFileSync(join(folder.path, 'src/a'), 'utf8')).toBe('changed\n')
  })

  it('lets a program hurt neither its loader nor its host', async () => {
    await using sandbox = await open({ policy: {} })
    // To everybody: that is what is inside, and there is nothing but the program, which is spared.
    const script =
      'for pid in "$PPID" "$1" 1; do kill -9 "$pid" 2>/dev/null && echo killed; done; kill -9 -1; exit 7'
    const { code, stdout } = await sandbox.run('sh', ['-c', script, 'sh', `${process.pid}`])
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' })
  })

  it('ends what is left when its loader is killed', async () => {
    await using sandbox = await open({ policy: {} })
    const mark = String(randomInt(1e12))
    // The program lets go of its loader, as it may.
    const script = `
      syscall(${process.arch === 'arm64' ? 167 : 157}, 1, 0, 0, 0, 0);
      fork or do { setpgrp; exec 'setsid', 'sleep', '1000.${mark}' };
      exec 'sleep', '1000.${mark}'`
    await using program = await sandbox.spawn('perl', ['-e', script])
    await expect.poll(() => processesNaming(mark)).toHaveLength(2)
    await delay(200)
    const loader = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1]
    process.kill(Number(loader), 'SIGKILL')
    expect(await program.exited).toMatchObject({ code: null, signal: 'SIGKILL' })
    await expect.poll(() => processesNaming(mark)).toEqual([])
  })

  it('ends what forks faster than it is counted', async () => {
    await using sandbox = await open({ policy: {} })
    const comet = 'setpgrp; while (1) { fork and exit }'
    await using program = await sandbox.spawn('perl', ['-e', `fork or do { ${comet} }; sleep 60`])
    await delay(200)
    const started = performance.now()
    program.kill()
    expect(await program.exited).toMatchObject({ signal: 'SIGKILL' })
    // Four times what is promised: the machine may be busy.
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it.each([3, 4, 5])('holds on a kernel that knows Landlock %i', async (abi) => {
    const builder = await findLandlock(undefined, abi)
    await using sandbox = await openJails(builder, { policy: {}, minimum })
    const script = 'kill -0 "$1" 2>/dev/null && echo reached; (sleep 60 &); exit 3'
    const result = await sandbox.run('sh', ['-c', script, 'sh', `${process.pid}`])
    expect(result).toMatchObject({ code: 3, stdout: '' })
    const processes = result.receipt.items.find(({ item }) => item === 'processes')
    expect(processes).toMatchObject({ proved: true })
  })

  it('needs a kernel that keeps files from being cut short', async () => {
    await expect(findLandlock(undefined, 2)).rejects.toMatchObject({
      code: 'MB_SANDBOX_BACKEND_MISSING',
      hint: 'Use Linux 6.2 or later',
    })
  })
})

/** Programs that run and have a text among their arguments, but for the one that was started with all of them. */
function processesNaming(text: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return /^\d+$/.test(pid) && words.startsWith('sleep') && words.includes(text)
    } catch {
      return false
    }
  })
}

async function open(options: SandboxOptions): Promise<Sandbox> {
  return openSandbox({ ...options, backend: 'landlock', minimum })
}
