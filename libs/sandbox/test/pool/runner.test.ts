import { once } from 'node:events'
import { openSandbox, type Sandbox } from '@mb/sandbox'
import { activate, nodeRunner } from '@mb/sandbox/runner'
import { expect, it } from 'vitest'
import { minimumOf, onEveryBackend } from '../engine.ts'

onEveryBackend('activate()', (backend) => {
  const open = async (): Promise<Sandbox> => {
    const { command, args, read } = nodeRunner({ memoryBytes: 256 * 1024 * 1024 })
    const policy = { fs: { read } }
    const minimum = minimumOf(backend)
    return openSandbox({ backend, minimum, policy, pool: { command, args, spares: 2 } })
  }

  it('runs a module with its data, and gives what it returns', async () => {
    await using sandbox = await open()
    await using program = await sandbox.take()
    const source = `import { basename } from 'node:path'
      const wait = await Promise.resolve(20)
      export default async ({ file }) => ({ name: basename(file), wait, list: [1, null, 'ü'] })`
    const value = await activate(program, { source, data: { file: '/srv/thing.txt' } })
    expect(value).toEqual({ name: 'thing.txt', wait: 20, list: [1, null, 'ü'] })
    // With the channel closed there is nothing to wait for.
    program.channel?.end()
    expect(await program.exited).toMatchObject({ code: 0 })
  })

  it('takes a module without a default export for one that has nothing to say', async () => {
    await using sandbox = await open()
    await using program = await sandbox.take()
    expect(await activate(program, { source: 'export const value = 1' })).toBeNull()
  })

  it('leaves the channel to the module and the host', async () => {
    await using sandbox = await open()
    await using program = await sandbox.take()
    const source = `export default (data, channel) => {
      channel.on('data', (chunk) => channel.write(chunk.toString().toUpperCase()))
      setImmediate(() => channel.write('first'))
      return 'listening'
    }`
    const { channel } = program
    expect(await activate(program, { source })).toBe('listening')
    if (channel === null) throw new TypeError('The program has no channel')
    expect(String(await once(channel, 'data'))).toBe('first')
    channel.write('hello')
    expect(String(await once(channel, 'data'))).toBe('HELLO')
  })

  it('sends a module that no file inside holds, and that Node lets see no other', async () => {
    await using sandbox = await open()
    await using program = await sandbox.take()
    const source = `import { readFileSync } from 'node:fs'
      export default () => {
        try { return readFileSync('/etc/passwd', 'utf8') } catch ({ code }) { return [code, import.meta.url] }
      }`
    const value = await activate(program, { source, name: 'my plugin' })
    expect(value).toEqual(['ERR_ACCESS_DENIED', 'mb:my%20plugin'])
  })

  it.each([
    ['does not parse', 'export default (', 'SyntaxError'],
    ['throws as it loads', 'throw new RangeError("at load")', 'RangeError: at load'],
    ['throws when called', 'export default () => { throw new Error("called") }', 'Error: called'],
    ['rejects', 'export default async () => { throw new Error("later") }', 'Error: later'],
    [
      'imports what it may not see',
      'import "file:///etc/passwd"',
      'Access to this API has been restricted',
    ],
    [
      'returns what is no JSON',
      'export default () => 1n',
      'TypeError: Do not know how to serialize a BigInt',
    ],
    ['throws what is no error', 'throw null', 'TypeError: It threw object'],
  ])('tells of a module that %s', async (_, source, told) => {
    await using sandbox = await open()
    await using program = await sandbox.take()
    await expect(activate(program, { source })).rejects.toMatchObject({
      code: 'MB_SANDBOX_ACTIVATION',
      message: expect.stringMatching(new RegExp(told)),
    })
  })

  it.each([
    [
      'claims to be larger than is taken',
      'channel.write(Buffer.from([255, 255, 255, 255]))',
      'it answers with 4294967295 bytes, of at most 1048576',
    ],
    ['is no JSON', 'channel.write(Buffer.from([0, 0, 0, 1, 125]))', 'its answer is no JSON'],
    [
      'is another value',
      'channel.write(Buffer.from([0, 0, 0, 1, 49]))',
      'its answer has another form',
    ],
    [
      'does not end',
      'channel.write(Buffer.from([0, 0, 0, 9, 123])); setTimeout(() => process.exit(), 50)',
      'it ended without an answer',
    ],
    ['never comes', 'process.kill(process.pid, "SIGKILL")', 'it ended without an answer'],
    [
      'is a message of terminal codes',
      'const e = new Error("\\x1b[2J"); throw e',
      'it fails with "Error: \\u001b[2J"',
    ],
  ])('refuses an answer that %s', async (_, act, state) => {
    await using sandbox = await open()
    await using program = await sandbox.take()
    const source = `export default async (data, channel) => { ${act}; await new Promise(() => {}) }`
    await expect(activate(program, { source })).rejects.toMatchObject({
      code: 'MB_SANDBOX_ACTIVATION',
      message: `Cannot activate the module: ${state}`,
    })
  })

  it('takes no prototype from a module, whatever it does to its own', async () => {
    await using sandbox = await open()
    const games = [
      `JSON.stringify = () => '{"value":{"__proto__":{"polluted":1},"\\\\u005f_proto__":{"polluted":1}}}'`,
      'Object.prototype.polluted = 1; Array.prototype.polluted = 1',
      'Buffer.alloc = () => { throw new Error("no") }',
      'Promise.prototype.then = function () { return this }',
    ]
    for (const game of games) {
      await using program = await sandbox.take()
      const signal = AbortSignal.timeout(2000)
      const source = `${game}; export default () => ({})`
      const value: unknown = await activate(program, { source, signal }).catch(() => ({}))
      // As whoever merges it into an object of its own would.
      const merged: { polluted?: unknown } = {}
      for (const [key, each] of Object.entries(value ?? {})) Reflect.set(merged, key, each)
      expect(merged.polluted).toBeUndefined()
      expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
      expect('polluted' in {}).toBe(false)
    }
    // What JSON itself makes of that answer would have had one.
    const naive: { polluted?: unknown } = {}
    const hostile: object = JSON.parse('{"__proto__":{"polluted":1}}')
    for (const [key, each] of Object.entries(hostile)) Reflect.set(naive, key, each)
    expect(naive.polluted).toBe(1)
  })

  it('tells of a program that has ended before it is sent anything', async () => {
    await using sandbox = await open()
    await using program = await sandbox.take()
    program.kill()
    await program.exited
    await expect(activate(program, { source: 'export default 1' })).rejects.toMatchObject({
      code: 'MB_SANDBOX_ACTIVATION',
      message: 'Cannot activate the module: it ended without an answer',
    })
  })

  it('takes one module alone: a second would be waited for without end', async () => {
    await using sandbox = await open()
    await using program = await sandbox.take()
    expect(await activate(program, { source: 'export default () => 1' })).toBe(1)
    await expect(activate(program, { source: 'export default () => 2' })).rejects.toThrow(
      new TypeError('Cannot activate a module: the program has had one, take another program'),
    )
  })

  it('says where it stands what ended a module', async () => {
    const { command, args, read } = nodeRunner({ memoryBytes: 256 * 1024 * 1024 })
    const policy = { fs: { read } }
    const pool = { command, args, spares: 1 }
    const limits = { wallMs: 300 }
    await using sandbox = await openSandbox({
      backend,
      minimum: minimumOf(backend),
      policy,
      limits,
      pool,
    })
    await using program = await sandbox.take()
    await expect(
      activate(program, { source: 'export default () => new Promise(() => {})' }),
    ).rejects.toMatchObject({
      code: 'MB_SANDBOX_ACTIVATION',
      hint: 'What ended it, such as a limit, stands in `exited` of the program',
    })
    expect(await program.exited).toMatchObject({ ended: 'wall' })
  })

  it('stops on its signal, and sends nothing that is too long', async () => {
    await using sandbox = await open()
    await using program = await sandbox.take()
    const source = 'export default () => new Promise(() => {})'
    await expect(activate(program, { source, maxSourceBytes: 20 })).rejects.toThrow(
      /^Cannot activate the module: it has \d+ bytes, of at most 20$/,
    )
    const reason = new Error('enough')
    const controller = new AbortController()
    const activating = activate(program, { source, signal: controller.signal })
    controller.abort(reason)
    await expect(activating).rejects.toBe(reason)
  })
})
