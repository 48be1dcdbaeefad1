import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { silentLogger, systemClock } from '@mb/kernel'
import { noPermissions, readManifest, type CommandDeclaration } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pythonOfTests } from '../fixtures/python.ts'
import { runPlugin } from './run-plugin.ts'
import type { RunRequest, RunResult } from './run-request.ts'

const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped =
  process.env['MB_REQUIRE_ENGINES'] !== '1' && !backends.some(({ usable }) => usable)
const hasPython = (await pythonOfTests()) !== undefined

const languages = [
  // Node asks for a tunnel in any case, Python as it asked proxies from the beginning.
  { runtime: 'node', entry: 'index.mjs', method: 'CONNECT', refused: { failed: 'fetch failed' } },
  { runtime: 'python', entry: 'fetcher.py', method: 'GET', refused: { status: 403 } },
] as const
const present = languages.filter(({ runtime }) => runtime !== 'python' || hasPython)

let root: string
let server: Server
let port: number
let asked: string[]
let connections: number

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'mb-connections-')))
  asked = []
  connections = 0
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end('served')
  })
  server.on('connection', () => (connections += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})

afterEach(async () => {
  server.close()
  server.closeAllConnections()
  await rm(root, { recursive: true })
})

describe.skipIf(isSkipped).each(present)('a plugin in $runtime with a host granted', (language) => {
  it('reaches that host, which is recorded and reported', async () => {
    const { value, report } = await fetchInside(language, `http://127.0.0.1:${port}/page`)
    expect(value).toEqual({ status: 200, text: 'served' })
    expect(asked).toEqual(['GET /page'])
    expect(report).toMatchObject({
      permissions: { net: [{ host: '127.0.0.1', ports: [port] }] },
      violations: [],
      network: [{ host: '127.0.0.1', port, allowed: 1, refused: 0 }],
    })
    const [decided, ended, run] = await auditLines()
    expect(decided).toMatchObject({
      kind: 'decision',
      plugin: 'local/fetcher',
      capability: 'net',
      arguments: { host: '127.0.0.1', port, method: language.method },
      decision: 'allow',
      stage: 'decided',
      address: '127.0.0.1',
    })
    expect(ended).toMatchObject({ stage: 'ended', connection: 1, bytesDown: expect.any(Number) })
    expect(run).toMatchObject({
      kind: 'run',
      run: decided?.['run'],
      grants: ['net 127.0.0.1'],
      violations: [],
      network: [{ host: '127.0.0.1', port, allowed: 1 }],
      outcome: 'ok',
    })
  })

  it('reaches no other port, which is a violation', async () => {
    const other = port === 1024 ? 1025 : 1024
    const { value, report } = await fetchInside(language, `http://127.0.0.1:${other}/`)
    expect(value).toMatchObject(language.refused)
    expect(asked).toEqual([])
    expect(report.violations).toEqual([{ kind: 'network', name: `127.0.0.1:${other}`, count: 1 }])
    expect((await auditLines())[0]).toMatchObject({
      capability: 'net',
      decision: 'deny',
      reason: 'not-granted',
      detail: `127.0.0.1:${other} is not granted`,
    })
  })
})

describe.skipIf(isSkipped)('a plugin whose connections cannot be recorded', () => {
  it('reaches nobody, and is ended', async () => {
    const running = fetchInside(languages[0], `http://127.0.0.1:${port}/`, {
      // When the log is open already.
      network: () => {
        rmSync(join(root, 'logs', 'audit.jsonl'))
        mkdirSync(join(root, 'logs', 'audit.jsonl'))
        return {}
      },
    })
    await expect(running).rejects.toMatchObject({ code: 'MB_HOME_UNUSABLE' })
    expect([connections, asked]).toEqual([0, []])
  })
})

describe.skipIf(isSkipped)('a plugin with no host granted', () => {
  it('reaches none, and nobody is asked how', async () => {
    const { value, report } = await fetchInside(languages[0], `http://127.0.0.1:${port}/`, {
      permissions: noPermissions,
      network: () => {
        throw new TypeError('Cannot be asked: there is no network')
      },
    })
    expect(value).toEqual({ failed: 'ECONNREFUSED' })
    expect(asked).toEqual([])
    expect(report.network).toEqual([])
  })
})

describe.skipIf(isSkipped)('a plugin to which an address was named', () => {
  it('reaches its host and port in that run, which is recorded, and no other', async () => {
    const address = { name: 'url', type: 'url', required: true, variadic: false } as const
    const named = (url: string, also: string): Promise<RunResult> =>
      fetchInside(languages[0], url, {
        permissions: noPermissions,
        arguments: { url },
        options: { also },
        declared: {
          arguments: [address],
          options: [{ name: 'also', type: 'url', required: false }],
        },
      })
    const other = port === 1024 ? 1025 : 1024
    const reached = await named(`http://127.0.0.1:${port}/page`, 'mailto:ada@acme.example')
    expect(reached.value).toEqual({ status: 200, text: 'served' })
    expect((await auditLines()).at(-1)).toMatchObject({
      kind: 'run',
      grants: [],
      named: [{ host: '127.0.0.1', ports: [port] }],
    })
    const beside = await named(`http://127.0.0.1:${other}/`, `http://127.0.0.2:${port}/`)
    expect(beside.value).toEqual({ failed: 'fetch failed' })
    expect(asked).toEqual(['GET /page'])
  })
})

interface Fetch extends Partial<RunRequest> {
  /** What its command takes, where that is not as in its manifest. */
  readonly declared?: Pick<CommandDeclaration, 'arguments' | 'options'>
}

async function fetchInside(
  { runtime, entry }: (typeof languages)[number],
  url: string,
  { declared, ...more }: Fetch = {},
): Promise<RunResult> {
  const directory = fileURLToPath(new URL('../../test/fixtures/fetcher', import.meta.url))
  const { manifest } = await readManifest(directory)
  return runPlugin({
    id: 'local/fetcher',
    directory,
    manifest: {
      ...manifest,
      entry,
      runtime,
      commands: manifest.commands.map((command) => ({ ...command, ...declared })),
    },
    permissions: { ...noPermissions, net: [{ host: '127.0.0.1', ports: [port] }] },
    command: 'fetch',
    arguments: { url },
    home: root,
    workspace: root,
    logger: silentLogger,
    clock: systemClock,
    ...more,
  })
}

async function auditLines(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await readFile(join(root, 'logs', 'audit.jsonl'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}
