import { readdirSync, readlinkSync } from 'node:fs'
import {
  SandboxLimitError,
  type BackendName,
  type Receipt,
  type SandboxLimits,
  type SandboxPolicy,
} from '@mb/sandbox'
import { beforeAll, describe, expect, it } from 'vitest'
import { backendLevels } from '../../src/backend.ts'
import { isFull, onEveryBackend } from '../engine.ts'
import { keepers, leftGroups, openKept } from './groups.ts'
import { runToEnd } from './run-to-end.ts'

const mebibyte = 1024 * 1024

/** A program that goes beyond a limit, and ends well without it. */
interface Case {
  readonly limit: SandboxLimits
  readonly command: readonly [string, ...string[]]
  readonly code: string
  readonly ended: string
  readonly policy?: SandboxPolicy
  /** What alone sees it. */
  readonly keeper?: 'cgroups'
  /** Without namespaces temporary files lie on the disk. */
  readonly level?: 'sandbox'
}

const node: SandboxPolicy = { fs: { read: [process.execPath] } }

// Uses so many seconds of CPU time, however fast the machine is.
const busy =
  'sub busy { my ($user, $system); do { ($user, $system) = times } while $user + $system < $_[0] }'

const cases: Readonly<Record<string, Case>> = {
  'the wall clock': {
    limit: { wallMs: 400 },
    command: ['sleep', '1'],
    code: 'MB_SANDBOX_TIMED_OUT',
    ended: 'wall',
  },
  'CPU time': {
    limit: { cpuSeconds: 1 },
    command: ['perl', '-e', `${busy} busy(1.6)`],
    code: 'MB_SANDBOX_TIMED_OUT',
    ended: 'cpu',
  },
  'CPU time of children that nobody waits for': {
    limit: { cpuSeconds: 1 },
    command: [
      'perl',
      '-e',
      `${busy} for (1 .. 12) { unless (fork) { busy(0.15); exit } } 1 while wait > 0`,
    ],
    code: 'MB_SANDBOX_TIMED_OUT',
    ended: 'cpu',
  },
  'CPU time of children that the kernel forgets': {
    limit: { cpuSeconds: 1 },
    command: [
      'perl',
      '-e',
      `${busy} $SIG{CHLD} = "IGNORE"; for (1 .. 60) { unless (fork) { busy(0.03); exit } wait }`,
    ],
    code: 'MB_SANDBOX_TIMED_OUT',
    ended: 'cpu',
    keeper: 'cgroups',
  },
  'memory, by one buffer of a gibibyte': {
    limit: { memoryBytes: 128 * mebibyte },
    command: [process.execPath, '-e', 'Buffer.alloc(1 << 30, 1)'],
    code: 'MB_SANDBOX_OUT_OF_MEMORY',
    ended: 'memory',
    policy: node,
  },
  'memory, by WebAssembly': {
    limit: { memoryBytes: 128 * mebibyte },
    command: [
      process.execPath,
      '-e',
      'new Uint8Array(new WebAssembly.Memory({ initial: 4096 }).buffer).fill(1)',
    ],
    code: 'MB_SANDBOX_OUT_OF_MEMORY',
    ended: 'memory',
    policy: node,
  },
  'memory, by temporary files': {
    limit: { memoryBytes: 64 * mebibyte },
    command: ['sh', '-c', 'head -c 128000000 /dev/zero > /tmp/a; sleep 0.3'],
    code: 'MB_SANDBOX_OUT_OF_MEMORY',
    ended: 'memory',
    policy: { tmpBytes: 256 * mebibyte },
    level: 'sandbox',
  },
  processes: {
    limit: { processes: 8 },
    command: ['perl', '-e', 'for (1 .. 40) { unless (fork) { sleep 1; exit } } 1 while wait > 0'],
    code: 'MB_SANDBOX_LIMIT',
    ended: 'processes',
  },
  threads: {
    limit: { threads: 16 },
    command: ['perl', '-e', 'for (1 .. 40) { unless (fork) { sleep 1; exit } } 1 while wait > 0'],
    code: 'MB_SANDBOX_LIMIT',
    ended: 'threads',
  },
  'the threads of one process': {
    limit: { threads: 16 },
    command: [
      process.execPath,
      '-e',
      'const { Worker } = require("worker_threads"); for (let i = 0; i < 12; i++) new Worker("setTimeout(() => {}, 400)", { eval: true })',
    ],
    code: 'MB_SANDBOX_LIMIT',
    ended: 'threads',
    policy: node,
  },
  output: {
    limit: { outputBytes: mebibyte },
    command: ['sh', '-c', 'head -c 4000000 /dev/zero; head -c 4000000 /dev/zero >&2; sleep 0.3'],
    code: 'MB_SANDBOX_OUTPUT_LIMIT',
    ended: 'output',
  },
}

function casesOf(backend: BackendName): readonly (readonly [string, Case])[] {
  const level = backendLevels[backend]
  return Object.entries(cases).filter(
    ([, each]) => each.level === undefined || each.level === level,
  )
}

function isKeptByGroup({ items }: Receipt, limit: string): boolean {
  const { evidence = '' } = items.find(({ item }) => item === 'limits') ?? {}
  return evidence.includes(`${limit} by cgroup v`)
}

function namespaceOf({ items }: Receipt): string {
  const { evidence = '' } = items.find(({ item }) => item === 'processes') ?? {}
  return /pid:\[\d+\]/.exec(evidence)?.[0] ?? 'none'
}

function processesIn(namespace: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/ns/pid`) === namespace
    } catch {
      return false
    }
  })
}

onEveryBackend('a program that exceeds', (backend) => {
  describe.each(keepers)('with %s,', (keeper) => {
    let jailMs = 0
    beforeAll(async () => {
      await using sandbox = await openKept(backend, keeper, { policy: {}, limits: {} })
      jailMs = (await sandbox.run('sleep', ['0'])).usage.wallMs
    })

    it.each(
      casesOf(backend).filter(([, { keeper: only }]) => only === undefined || only === keeper),
    )('%s ends within the deadline, and leaves nothing', async (_, each) => {
      const { limit, command, code, ended, policy = {} } = each
      const [name, ...args] = command
      await using sandbox = await openKept(backend, keeper, { policy, limits: limit })
      const started = performance.now()
      const error: unknown = await sandbox.run(name, args).catch((thrown: unknown) => thrown)
      // An emulated machine takes long to begin.
      expect(performance.now() - started).toBeLessThan(4 * 2500 + 50 * jailMs)
      if (!(error instanceof SandboxLimitError))
        throw new TypeError(`No limit: ${JSON.stringify(error)}`)
      const [[limitName, value] = ['', 0]] = Object.entries(limit)
      const { exceeded, violations, usage } = error.result
      expect([error.code, error.result.ended]).toEqual([code, ended])
      expect(exceeded).toEqual({ limit: limitName, value, used: expect.any(Number) })
      expect(error.message).toContain(`its limit is ${value} (${limitName})`)
      expect(error.details).toMatchObject({ exceeded, usage })
      const isByGroup = keeper === 'cgroups' && ['memoryBytes', 'threads'].includes(limitName)
      expect(isKeptByGroup(error.result.receipt, limitName)).toBe(isByGroup)
      expect(violations).toContainEqual({
        kind: 'limit',
        name: limitName,
        count: expect.any(Number),
      })
      // Its number may have been given to the next namespace on this machine, which does not stay.
      const namespace = namespaceOf(error.result.receipt)
      await expect.poll(() => processesIn(namespace)).toEqual([])
      await expect.poll(() => leftGroups()).toEqual([])
    })
  })

  // What ends well without a limit does so everywhere.
  it.runIf(isFull || backend === 'namespaces').each(casesOf(backend))(
    '%s ends by itself where there is no limit',
    async (_, each) => {
      const { command, policy = {} } = each
      const [name, ...args] = command
      await using sandbox = await openKept(backend, 'the watchdog', { policy })
      const { code, ended, violations } = await runToEnd(sandbox, name, args)
      expect({ code, ended }).toEqual({ code: 0, ended: undefined })
      expect(violations.filter(({ kind }) => kind === 'limit')).toEqual([])
    },
  )
})
