import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openSandbox, type PoolOptions, type Sandbox, type SandboxOptions } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { minimumOf, onEachBackend, onEveryBackend, temporaryFolder } from '../engine.ts'
import { isRunning } from '../is-running.ts'
import { ask, processesNaming, shell, untilReady } from './shell.ts'

const pause = new Int32Array(new SharedArrayBuffer(4))

onEveryBackend('take()', (backend) => {
  const open = async (pool: PoolOptions, options: Partial<SandboxOptions> = {}): Promise<Sandbox> =>
    openSandbox({ backend, minimum: minimumOf(backend), policy: {}, ...options, pool })

  it('hands out a program that waits, with the receipt of that very process, and never again', async () => {
    await using sandbox = await open(shell().pool)
    const pids = new Set<number>()
    for (let tenant = 1; tenant <= 3; tenant += 1) {
      await untilReady(sandbox, 1)
      await using program = await sandbox.take()
      expect(await ask(program, `echo tenant ${tenant}`)).toBe(`tenant ${tenant}\n`)
      expect(program.receipt.pid).toBe(program.pid)
      const proved = program.receipt.items.filter((item) => item.proved).map(({ item }) => item)
      expect(proved).toEqual(expect.arrayContaining([...minimumOf(backend)]))
      pids.add(program.pid)
      expect(sandbox.pool).toMatchObject({ warm: tenant, cold: 0, discarded: 0 })
    }
    expect(pids.size).toBe(3)
  })

  it('starts as many as are asked for where none waits', async () => {
    await using sandbox = await open(shell().pool)
    const programs = await Promise.all([sandbox.take(), sandbox.take(), sandbox.take()])
    expect(new Set(programs.map(({ pid }) => pid)).size).toBe(3)
    const answers = await Promise.all(
      programs.map((program, index) => ask(program, `echo ${index}`)),
    )
    expect(answers).toEqual(['0\n', '1\n', '2\n'])
  })

  it('gives another in the place of one that was killed', async () => {
    const { mark, pool } = shell()
    await using sandbox = await open(pool)
    await untilReady(sandbox, 1)
    const [spare = 0] = processesNaming(mark).toSorted((a, b) => b - a)
    process.kill(spare, 'SIGKILL')
    // Without a turn of the event loop, in which the pool would be told.
    for (let look = 0; look < 4000 && isRunning(spare); look += 1) Atomics.wait(pause, 0, 0, 1)
    await using program = await sandbox.take()
    expect(program.pid).not.toBe(spare)
    expect(await ask(program, 'echo here')).toBe('here\n')
  })

  it('gives another where the program was replaced since', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'program.sh')
    const write = async (word: string): Promise<void> => {
      await writeFile(`${file}.new`, `while read -r line <&3; do echo ${word} END >&3; done\n`)
      await rename(`${file}.new`, file)
    }
    await write('old')
    const pool = { command: 'sh', args: [file] }
    await using sandbox = await open(pool, { policy: { fs: { read: [folder.path] } } })
    await untilReady(sandbox, 1)
    {
      // Without that, the one that waits is good.
      await using program = await sandbox.take()
      expect(await ask(program, '')).toBe('old ')
    }
    await untilReady(sandbox, 1)
    await write('new')
    await using program = await sandbox.take()
    expect(await ask(program, '')).toBe('new ')
    expect(sandbox.pool).toMatchObject({ warm: 1, cold: 1, discarded: 1 })
  })

  it('is not put off by what one tenant writes for others to read', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'log')
    await writeFile(file, '')
    await using sandbox = await open(shell({ spares: 2 }).pool, {
      policy: { fs: { write: [file] } },
    })
    await untilReady(sandbox, 2)
    await using first = await sandbox.take()
    await ask(first, `echo first >> ${file}`)
    await using second = await sandbox.take()
    expect(await ask(second, `cat ${file}`)).toBe('first\n')
    expect(sandbox.pool).toMatchObject({ warm: 2, cold: 0, discarded: 0 })
  })

  it('refuses without a pool, and once the sandbox is closed', async () => {
    const sandbox = await open(shell().pool)
    await sandbox[Symbol.asyncDispose]()
    await expect(sandbox.take()).rejects.toMatchObject({
      code: 'MB_SANDBOX_FAILED',
      message: 'Cannot hand out a program: the sandbox is closed',
    })
    await using without = await openSandbox({ backend, minimum: minimumOf(backend), policy: {} })
    expect(without.pool).toBeUndefined()
    await expect(without.take()).rejects.toThrow(
      new TypeError('Cannot take a program: the sandbox was opened without a pool'),
    )
  })

  it('tells what keeps a program from starting', async () => {
    await using sandbox = await open({ command: '/no/such/program' })
    await expect(sandbox.take()).rejects.toMatchObject({ code: 'MB_SANDBOX_COMMAND_MISSING' })
    await expect(sandbox.take()).rejects.toMatchObject({ code: 'MB_SANDBOX_COMMAND_MISSING' })
  })

  it('stops on its signal before, while and after one is started, and leaves nothing', async () => {
    const { mark, pool } = shell()
    {
      await using sandbox = await open(pool)
      const reason = new Error('enough')
      await expect(sandbox.take({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      const during = new AbortController()
      const taking = sandbox.take({ signal: during.signal })
      during.abort(reason)
      await expect(taking).rejects.toBe(reason)
      const after = new AbortController()
      const program = await sandbox.take({ signal: after.signal })
      after.abort()
      expect(await program.exited).toMatchObject({ code: null, signal: 'SIGKILL' })
    }
    expect(processesNaming(mark)).toEqual([])
  })

  it('leaves nothing when the sandbox is closed at any moment', async () => {
    const { mark, pool } = shell({ spares: 2 })
    for (let moment = 0; moment < 20; moment += 1) {
      await using sandbox = await open(pool)
      const taking = moment % 2 === 0 ? sandbox.take() : sandbox.run('true')
      // Closed under it, it may fail.
      taking.catch(() => {})
      await delay(moment * 3)
    }
    expect(processesNaming(mark)).toEqual([])
  })
})

onEachBackend('what waits', (backend) => {
  const open = async (pool: PoolOptions, options: Partial<SandboxOptions> = {}): Promise<Sandbox> =>
    openSandbox({ backend, policy: {}, ...options, pool })

  it('is bounded in number', async () => {
    const { mark, pool } = shell({ spares: 3 })
    await using sandbox = await open(pool)
    await untilReady(sandbox, 3)
    const count = processesNaming(mark).length
    await delay(300)
    expect(processesNaming(mark)).toHaveLength(count)
    expect(sandbox.pool).toMatchObject({ ready: 3, discarded: 0 })
  })

  it('is bounded in time, and comes back with the next tenant', async () => {
    const { mark, pool } = shell({ idleMs: 300 })
    await using sandbox = await open(pool)
    await expect.poll(() => sandbox.pool?.discarded, { timeout: 20_000 }).toBe(1)
    await expect.poll(() => processesNaming(mark), { timeout: 20_000 }).toEqual([])
    await using program = await sandbox.take()
    expect(await ask(program, 'echo here')).toBe('here\n')
    await expect.poll(() => sandbox.pool?.discarded, { timeout: 20_000 }).toBe(2)
  })

  it('is bounded in memory', async () => {
    const { mark, pool } = shell({ spares: 2, memoryBytes: 4096 })
    await using sandbox = await open(pool)
    await expect.poll(() => sandbox.pool?.discarded, { timeout: 20_000 }).toBe(1)
    await expect.poll(() => processesNaming(mark), { timeout: 20_000 }).toEqual([])
    await using program = await sandbox.take()
    expect(await ask(program, 'echo here')).toBe('here\n')
  })

  it('has the room again of what was handed out', async () => {
    await using first = await open(shell().pool)
    await untilReady(first, 1)
    const { memoryBytes = 0 } = first.pool ?? {}
    // Room for one, and not for two.
    await using sandbox = await open(shell({ memoryBytes: memoryBytes * 1.5 }).pool)
    for (let tenant = 1; tenant <= 2; tenant += 1) {
      await untilReady(sandbox, 1)
      await using program = await sandbox.take()
      expect(await ask(program, 'echo here')).toBe('here\n')
      expect(sandbox.pool).toMatchObject({ warm: tenant, cold: 0 })
    }
  })

  it('is not started for ever where it ends by itself', async () => {
    await using sandbox = await open({ command: 'true' })
    await expect.poll(() => sandbox.pool?.discarded, { timeout: 20_000 }).toBe(3)
    await delay(200)
    expect(sandbox.pool?.discarded).toBe(3)
  })

  it('is given up where something that was hidden lies open', async () => {
    await using folder = await temporaryFolder()
    const secret = join(folder.path, 'secret')
    await writeFile(secret, 'first\n')
    const { pool } = shell()
    const policy = { fs: { read: [folder.path], deny: [secret] } }
    await using sandbox = await open(pool, { policy })
    await untilReady(sandbox, 1)
    // What is mounted over a file goes with that file.
    await writeFile(`${secret}.new`, 'second\n')
    await rename(`${secret}.new`, secret)
    await using program = await sandbox.take()
    expect(await ask(program, `cat ${secret} 2>&1 | grep -c second`)).toBe('0\n')
    expect(sandbox.pool).toMatchObject({ warm: 0, discarded: 1 })
  })
})

onEachBackend('limits of a tenant', (backend) => {
  it('on time count from take()', async () => {
    const limits = { wallMs: 1500 }
    await using sandbox = await openSandbox({ backend, policy: {}, limits, pool: shell().pool })
    await untilReady(sandbox, 1)
    await delay(limits.wallMs + 300)
    await using program = await sandbox.take()
    expect(sandbox.pool).toMatchObject({ warm: 1 })
    expect(await ask(program, 'echo here')).toBe('here\n')
    const { ended, usage } = await program.exited
    expect(ended).toBe('wall')
    expect(usage.wallMs).toBeGreaterThanOrEqual(limits.wallMs)
    expect(usage.wallMs).toBeLessThan(4 * limits.wallMs)
  })

  describe('on CPU time', () => {
    const burn =
      'const burn = (ms) => { while (process.cpuUsage().user + process.cpuUsage().system < ms * 1000); };'
    const script = `${burn} burn(700)
      const channel = new (require('node:net').Socket)({ fd: 3 })
      channel.once('data', () => { burn(1400); process.exit(7) })`
    const command = process.execPath
    const options = {
      backend,
      policy: { fs: { read: [command] } },
      limits: { cpuSeconds: 1 },
      pool: { command, args: ['-e', script] },
    }

    it('leave out what it took to begin', async () => {
      await using sandbox = await openSandbox(options)
      await untilReady(sandbox, 1)
      await using program = await sandbox.take()
      program.channel?.write('go')
      const { code, usage } = await program.exited
      expect(code).toBe(7)
      expect(usage.cpuMs).toBeLessThan(1000)
    })

    it('are passed by the same program when all of it is its own', async () => {
      await using sandbox = await openSandbox(options)
      await using program = await sandbox.spawn(command, ['-e', script], { channel: true })
      program.channel?.write('go')
      expect(await program.exited).toMatchObject({ ended: 'cpu' })
    })
  })

  it('on output leave out what it said to begin', async () => {
    const say = 'head -c 30000 /dev/zero'
    const pool = {
      command: 'sh',
      args: ['-c', `${say}; read -r line <&3; ${say}; read -r line <&3`],
    }
    const limits = { outputBytes: 50_000 }
    await using sandbox = await openSandbox({ backend, policy: {}, limits, pool })
    await untilReady(sandbox, 1)
    await using program = await sandbox.take()
    program.channel?.write('go on\n')
    const output = program.stdout?.toArray()
    await delay(300)
    program.channel?.write('and end\n')
    expect(await program.exited).not.toHaveProperty('ended')
    expect(Buffer.concat((await output) ?? [])).toHaveLength(60_000)
    // All of it by one is too much.
    await expect(sandbox.run('sh', ['-c', `${say}; ${say}; sleep 60`])).rejects.toMatchObject({
      code: 'MB_SANDBOX_OUTPUT_LIMIT',
    })
  })
})
