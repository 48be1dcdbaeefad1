import { realpathSync } from 'node:fs'
import { openSandbox, type BackendName, type Sandbox, type SandboxedProcess } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { minimumOf, onEveryBackend } from '../engine.ts'
import { untilReady } from './shell.ts'

/** Does what it is told, one line of JavaScript after the other, for as many tenants as there are. */
const script = `const channel = new (require('node:net').Socket)({ fd: 3 })
  require('node:readline').createInterface({ input: channel }).on('line', (line) => {
    const code = JSON.parse(line)
    let value
    try { value = (0, eval)(code) } catch (error) { value = String(error) }
    channel.write(JSON.stringify(value ?? null) + '\\n')
  })
  globalThis.require = require`

async function tell({ channel }: SandboxedProcess, code: string): Promise<unknown> {
  if (channel === null) throw new TypeError('The program has no channel')
  const { promise, resolve } = Promise.withResolvers<string>()
  let text = ''
  const listen = (chunk: Buffer): void => {
    text += chunk.toString()
    if (text.endsWith('\n')) resolve(text)
  }
  channel.on('data', listen)
  channel.write(`${JSON.stringify(code)}\n`)
  const value: unknown = JSON.parse(await promise)
  channel.off('data', listen)
  return value
}

/** What one tenant leaves, what the next looks for, and what comes of it in a jail without traces and in one that was used again. */
const traces = [
  {
    what: 'files in each folder that it may write to',
    leave: `for (const folder of ['/tmp', '/dev/shm', require('os').homedir(), process.env.TMPDIR])
      try { require('fs').writeFileSync(folder + '/left', 'secret') } catch {}`,
    look: `['/tmp', '/dev/shm', require('os').homedir(), process.env.TMPDIR]
      .some((folder) => require('fs').existsSync(folder + '/left'))`,
  },
  {
    what: 'memory',
    leave: `globalThis.left = 'secret'; Object.prototype.left = 'secret'`,
    look: `'left' in globalThis || ({}).left !== undefined`,
  },
  {
    what: 'environment',
    leave: `process.env.LEFT = 'secret'; process.chdir('/tmp'); process.title = 'left'`,
    look: `process.env.LEFT !== undefined || process.cwd() === '/tmp' || process.title === 'left'`,
  },
  {
    what: 'descriptors',
    leave: `for (let count = 0; count < 5; count += 1) require('fs').openSync('/dev/null', 'r'); 0`,
    // A new one has the lowest number that is free.
    look: `(() => { const fd = require('fs').openSync('/dev/null', 'r'); require('fs').closeSync(fd); return fd })() > globalThis.usual`,
    begin: `globalThis.usual = require('fs').openSync('/dev/null', 'r'); require('fs').closeSync(globalThis.usual)`,
  },
  {
    what: 'processes',
    // Without namespaces none can be looked for.
    isSeen: (backend: BackendName) => backend !== 'landlock',
    leave: `require('child_process').spawn('sleep', ['1000']); 0`,
    look: `require('fs').readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).some((pid) => {
      try { return require('fs').readFileSync('/proc/' + pid + '/cmdline', 'utf8').startsWith('sleep') } catch { return false }
    })`,
  },
] as const

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

onEveryBackend('a tenant', (backend) => {
  const open = async (): Promise<Sandbox> => {
    const node = realpathSync(process.execPath)
    return openSandbox({
      backend,
      minimum: minimumOf(backend),
      policy: { fs: { read: [node] } },
      pool: { command: node, args: ['-e', script], spares: 2 },
    })
  }

  const seen = traces.filter((trace) => !('isSeen' in trace) || trace.isSeen(backend))
  describe.each(seen)('that leaves $what', ({ leave, look, ...trace }) => {
    const begin = 'begin' in trace ? trace.begin : '0'

    it('leaves nothing for the next, and would for one in the same jail', async () => {
      await using sandbox = await open()
      await untilReady(sandbox, 2)
      await using first = await sandbox.take()
      await tell(first, begin)
      expect(await tell(first, look)).toBe(false)
      await tell(first, leave)
      // The control: the very jail, used again.
      expect(await tell(first, look)).toBe(true)
      // One that waited all the while, beside the first,
      await using second = await sandbox.take()
      await tell(second, begin)
      expect(await tell(second, look)).toBe(false)
      // and one that was started after it.
      await first[Symbol.asyncDispose]()
      await untilReady(sandbox, 2)
      await using third = await sandbox.take()
      await using fourth = await sandbox.take()
      for (const next of [third, fourth]) {
        await tell(next, begin)
        expect(await tell(next, look)).toBe(false)
      }
      expect(sandbox.pool).toMatchObject({ warm: 4, cold: 0 })
    })
  })

  it('cannot tell by time what the one before has compiled, as it could in the same jail', async () => {
    const compile = `(() => {
      const text = Array.from({ length: 6000 }, (_, index) =>
        'function f' + index + '(a) { let s = 0; for (let i = 0; i < a; i++) s += i * ' + index + '; return s }').join('\\n')
      const started = process.hrtime.bigint()
      new (require('vm').Script)(text)
      return Number(process.hrtime.bigint() - started)
    })()`
    await using sandbox = await open()
    const times: { anew: number; again: number; next: number }[] = []
    for (let round = 0; round < 5; round += 1) {
      await untilReady(sandbox, 2)
      await using first = await sandbox.take()
      await using second = await sandbox.take()
      const [anew, again] = [await tell(first, compile), await tell(first, compile)]
      const next = await tell(second, compile)
      times.push({ anew: Number(anew), again: Number(again), next: Number(next) })
    }
    const ratioOf = (name: 'again' | 'next'): number =>
      median(times.map((time) => time[name] / time.anew))
    expect(ratioOf('again')).toBeLessThan(1 / 3)
    expect(ratioOf('next')).toBeGreaterThan(1 / 3)
  })
})
