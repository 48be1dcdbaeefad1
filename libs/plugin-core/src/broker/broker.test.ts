import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore, silentLogger, systemClock, type Logger } from '@mb/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditLog } from './audit-log.ts'
import { Broker } from './broker.ts'
import { concealer } from './conceal.ts'
import { PluginLogger } from './plugin-logger.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-broker-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

interface Opened extends Disposable {
  readonly broker: Broker
  readonly call: (method: string, given: Readonly<Record<string, unknown>>) => Promise<unknown>
  readonly lines: () => Promise<readonly unknown[]>
}

function open(logger: Logger = silentLogger): Opened {
  const audit = new AuditLog(join(folder, 'audit.jsonl'))
  const conceal = concealer(['hunter22'])
  const plugin = 'local/notes'
  const log = new PluginLogger({ plugin, logger, conceal, now: () => 0 })
  const broker = new Broker({
    plugin,
    version: '1.0.0',
    run: 'r',
    keyValues: new MemoryStore(),
    log,
    audit,
    conceal,
    clock: { ...systemClock, now: () => 0 },
  })
  return {
    broker,
    call: async (method, given) => broker.handler(method)(given, new AbortController().signal),
    lines: async () => {
      const text = await readFile(join(folder, 'audit.jsonl'), 'utf8')
      return text
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line))
    },
    [Symbol.dispose]: () => {
      log[Symbol.dispose]()
      audit[Symbol.dispose]()
    },
  }
}

describe('Broker', () => {
  it('does what is allowed, and records it without the value', async () => {
    using opened = open()
    await opened.call('kv.set', { key: 'token', value: 'never written down' })
    expect(await opened.call('kv.get', { key: 'token' })).toEqual({ value: 'never written down' })
    const shared = {
      kind: 'decision',
      time: '1970-01-01T00:00:00.000Z',
      plugin: 'local/notes',
      version: '1.0.0',
      run: 'r',
      arguments: { key: 'token' },
      decision: 'allow',
    }
    expect(await opened.lines()).toEqual([
      { ...shared, capability: 'kv.set' },
      { ...shared, capability: 'kv.get' },
    ])
    expect(opened.broker.calls).toEqual({
      'kv.set': { allowed: 1, denied: 0 },
      'kv.get': { allowed: 1, denied: 0 },
    })
  })

  it.each([
    ['constructor', {}, 'Cannot use "constructor": the host has no such capability'],
    ['secrets.read', {}, 'Cannot use "secrets.read": the host has no such capability'],
    ['kv.get', {}, 'Cannot use "kv.get": the key is none'],
    ['kv.get', { key: { toString: 'x' } }, 'Cannot use "kv.get": the key is none'],
    ['kv.set', { key: 'k'.repeat(513) }, 'Cannot use "kv.set": the key is none'],
    ['kv.list', { prefix: 3 }, 'Cannot use "kv.list": the prefix is none'],
  ])('denies %s %o, and records that', async (method, given, message) => {
    using opened = open()
    await expect(opened.call(method, given)).rejects.toThrow(message)
    expect(await opened.lines()).toMatchObject([{ capability: method, decision: 'deny' }])
  })

  it('hands errors of the store over with their code', async () => {
    using opened = open()
    await expect(opened.call('kv.get', { key: 'a\nb' })).rejects.toMatchObject({
      name: 'CallError',
      data: { code: 'MB_STORE_KEY' },
    })
  })

  it('conceals a secret that is used as a key', async () => {
    using opened = open()
    await opened.call('kv.get', { key: 'user-hunter22' })
    expect(await opened.lines()).toMatchObject([{ arguments: { key: 'user-***' } }])
  })

  it('lets through as many messages as are kept, and tells how many were not', async () => {
    const heard: unknown[] = []
    const push = (message: string, data: unknown): void => void heard.push([message, data])
    const opened = open({ debug: push, info: push, warn: push, error: push })
    for (let count = 0; count < 700; count += 1) opened.broker.log({ level: 'info', message: 'hi' })
    opened[Symbol.dispose]()
    expect(heard.length).toBe(501)
    expect(heard.at(-1)).toEqual([
      'A plugin logged more than is kept',
      { plugin: 'local/notes', dropped: 200 },
    ])
    // The first of each decision stands for all.
    expect(await opened.lines()).toMatchObject([{ decision: 'allow' }, { decision: 'deny' }])
    expect(opened.broker.calls).toEqual({ log: { allowed: 500, denied: 200 } })
  })

  it('makes what is logged harmless, small and free of secrets', () => {
    const heard: unknown[] = []
    const push = (message: string, data: unknown): void => void heard.push([message, data])
    using opened = open({ ...silentLogger, error: push })
    const deep: Record<string, unknown> = {}
    deep['x'] = { x: { x: { x: { x: { x: { x: { x: { x: 1 } } } } } } } }
    opened.broker.log({
      level: 'error',
      message: `hunter22\n\u001b[2J\u202e${'x'.repeat(5000)}`,
      data: { 'k\u0007': 'token=abcdefgh', plugin: 'acme/forged', ...deep },
    })
    opened.broker.log({ level: 'toString', message: 'unknown levels are info' })
    expect(heard).toEqual([
      [
        expect.stringMatching(/^\*\*\* \[2J x+…$/),
        {
          k: 'token=***',
          plugin: 'local/notes',
          x: { x: { x: { x: { x: { x: { x: { x: { x: '…' } } } } } } } },
        },
      ],
    ])
  })
})
