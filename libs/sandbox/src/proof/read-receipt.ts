import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { Trial } from '../jail/jail-builder.ts'
import type { ExpectedMount } from '../jail/jail-plan.ts'
import type { ResourceLimit } from '../limits.ts'
import { readStat } from '../machine/process-stat.ts'
import {
  sandboxMinimum,
  type ReceiptFinding,
  type ReceiptItem,
  type SandboxLevel,
} from '../receipt.ts'
import type { Finding } from './finding.ts'
import { judgeTrials } from './judge-trials.ts'
import { ownNamespace } from './own-namespace.ts'
import { statusReader, type ReadStatus } from './process-status.ts'
import { readDoorway } from './read-doorway.ts'
import { readFilesystem } from './read-filesystem.ts'

/** What has to be found for a process. */
export interface Expectation {
  readonly level: SandboxLevel
  /** The program, stopped before its first instruction. */
  readonly pid: number
  /** The first process inside, which adopts orphans; where there is none, the loader. */
  readonly init: number
  readonly mounts: readonly ExpectedMount[]
  readonly env: Readonly<Record<string, string>>
  readonly descriptors: readonly number[]
  readonly limits: readonly ResourceLimit[]
  /** Serial numbers of the session keyring, as the loader found and as it left it. */
  readonly keyring: { readonly before: number; readonly after: number } | undefined
  readonly filterSteps: number
  /** Whether the proxy is to be found inside. */
  readonly hasDoorway: boolean
  /** What the process tried just before, and the errors that came of it. */
  readonly trials: readonly Trial[]
  readonly tried: ReadonlyMap<string, number>
  /** Where more is in its file system than was asked for, which is known to what built it. */
  readonly readFiles?: ((pid: number) => Finding) | undefined
}

/** Compares what the kernel says about a process with what was asked for, item by item. What cannot be read is not proved. */
export function readFindings(
  expected: Expectation,
  asked: readonly ReceiptItem[] = sandboxMinimum,
): readonly ReceiptFinding[] {
  const status = statusReader()
  const readers = readersOf[expected.level]
  return asked.map((item) => {
    try {
      return { item, ...(readers?.[item](expected, status) ?? nothing) }
    } catch (error) {
      return {
        item,
        proved: false,
        evidence: error instanceof Error ? error.message : String(error),
      }
    }
  })
}

type Readers = Readonly<Record<ReceiptItem, (expected: Expectation, status: ReadStatus) => Finding>>

const byNamespaces: Readers = {
  filesystem: ({ pid, mounts, readFiles }) => readFiles?.(pid) ?? readFilesystem(pid, mounts),
  network: readNetwork,
  processes: readProcesses,
  users: ({ pid }) => ownNamespace(pid, 'user'),
  ipc: ({ pid }) => ownNamespace(pid, 'ipc'),
  hostname: ({ pid }) => ownNamespace(pid, 'uts'),
  cgroup: ({ pid }) => ownNamespace(pid, 'cgroup'),
  capabilities: readCapabilities,
  'no-new-privileges': readNoNewPrivileges,
  seccomp: readSeccomp,
  keyring: readKeyring,
  descriptors: readDescriptors,
  environment: readEnvironment,
  session: readSession,
  limits: readLimits,
}

/** Landlock is shown nowhere: what it and the filter keep closed was tried by the process itself. */
const byTrials: Readers = {
  ...byNamespaces,
  filesystem: (expected) => judgeTrials('filesystem', expected),
  network: (expected) => judgeTrials('network', expected),
  processes: (expected) => judgeTrials('processes', expected),
  ipc: (expected) => judgeTrials('ipc', expected),
  users: () => shared('the user and its numbers are those of the host'),
  hostname: () => shared('the name of the host can be seen'),
  cgroup: () => shared('the cgroups are those of the host'),
  // A container may forbid a new session keyring, where there is none of the host either.
  keyring: (expected) => {
    const replaced = readKeyring(expected)
    const closed = judgeTrials('keyring', expected)
    return replaced.proved && closed.proved
      ? { proved: true, evidence: `${replaced.evidence}, ${closed.evidence}` }
      : closed
  },
}

/** Where nothing was asked for, nothing is looked at: what is as it should be is so by chance. */
const nothing: Finding = { proved: false, evidence: 'nothing confines the program' }

const readersOf: Readonly<Record<SandboxLevel, Readers | undefined>> = {
  sandbox: byNamespaces,
  restricted: byTrials,
  none: undefined,
}

function shared(evidence: string): Finding {
  return { proved: false, evidence: `no namespace: ${evidence}` }
}

/** What is ours of a jail and under its filter: the program, and the first process where there is one. */
function confined({ level, pid, init }: Expectation): readonly number[] {
  return level === 'sandbox' ? [pid, init] : [pid]
}

/** No way out but the loopback inside, where nothing listens but the proxy of a policy that allows connections. */
function readNetwork({ pid, hasDoorway }: Expectation): Finding {
  const namespace = ownNamespace(pid, 'net')
  if (!namespace.proved) return namespace
  const interfaces = [...readFileSync(`/proc/${pid}/net/dev`, 'utf8').matchAll(/^ *([^\s:]+):/gm)]
  const names = interfaces.map((match) => match[1] ?? '')
  const sockets = hasDoorway ? readDoorway(pid) : undefined
  return {
    proved: names.every((name) => name === 'lo') && sockets?.proved !== false,
    evidence: [`${namespace.evidence}, interfaces: ${names.join(' ')}`, sockets?.evidence ?? []]
      .flat()
      .join(', '),
  }
}

function readProcesses({ pid, init }: Expectation, readStatus: ReadStatus): Finding {
  const namespace = ownNamespace(pid, 'pid')
  const inside = readStatus(pid).get('NSpid')?.split('\t') ?? []
  const first = readStatus(init).get('NSpid')?.split('\t') ?? []
  return {
    proved: namespace.proved && inside.length > 1 && first.at(-1) === '1',
    evidence: `${namespace.evidence}, process ${inside.at(-1) ?? '?'} inside`,
  }
}

function readCapabilities(expected: Expectation, readStatus: ReadStatus): Finding {
  const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']
  const held = confined(expected).flatMap((pid) => {
    const status = readStatus(pid)
    return sets.filter((set) => !/^0+$/.test(status.get(set) ?? 'unknown'))
  })
  if (held.length === 0) return { proved: true, evidence: 'all five sets are empty' }
  // An ordinary user may not empty what bounds it; without new privileges nothing is gained up to there.
  const isBoundAlone = expected.level === 'restricted' && held.every((set) => set === 'CapBnd')
  return isBoundAlone && readNoNewPrivileges(expected, readStatus).proved
    ? { proved: true, evidence: 'none is held, and without new privileges none is gained' }
    : { proved: false, evidence: `not empty: ${held.join(' ')}` }
}

function readNoNewPrivileges(expected: Expectation, readStatus: ReadStatus): Finding {
  const values = confined(expected).map((each) => readStatus(each).get('NoNewPrivs') ?? 'unknown')
  return {
    proved: values.every((value) => value === '1'),
    evidence: `NoNewPrivs: ${values.join(' ')}`,
  }
}

function readSeccomp(expected: Expectation, readStatus: ReadStatus): Finding {
  const { filterSteps } = expected
  // A host that runs under a filter hands it down: ours has to be there beside it.
  const inherited = Number(readStatus('self').get('Seccomp_filters'))
  const counts = confined(expected).map((each) => {
    const status = readStatus(each)
    return status.get('Seccomp') === '2' ? Number(status.get('Seccomp_filters')) : 0
  })
  return {
    proved: counts.every((count) => count === inherited + 1),
    evidence: `filters: ${counts.join(' ')}, of the host: ${inherited}, ours has ${filterSteps} steps`,
  }
}

function readKeyring({ keyring }: Expectation): Finding {
  if (keyring === undefined)
    return { proved: false, evidence: 'no loader replaced the session keyring' }
  return {
    proved: keyring.after > 0 && keyring.after !== keyring.before,
    evidence: `session keyring ${keyring.after} in place of ${keyring.before}`,
  }
}

function readDescriptors({ pid, descriptors }: Expectation): Finding {
  const open = readdirSync(`/proc/${pid}/fd`)
    .map(Number)
    .toSorted((a, b) => a - b)
  // A file or folder would be a way around the mounts: /proc opens it anew.
  const astray = open.filter((descriptor) => {
    const facts = statSync(`/proc/${pid}/fd/${descriptor}`)
    return facts.isFile() || facts.isDirectory() || facts.isBlockDevice()
  })
  const files = astray.length === 0 ? '' : `, files: ${astray.join(' ')}`
  return {
    proved: open.join() === descriptors.join() && astray.length === 0,
    evidence: `open: ${open.join(' ')}${files}`,
  }
}

function readEnvironment({ pid, init, env }: Expectation): Finding {
  const given = new Set(Object.entries(env).map(([name, value]) => `${name}=${value}`))
  const held = readList(pid, 'environ')
  // Bubblewrap tells the working folder; the first process would show what the host's own environment was.
  const foreign = held.filter((entry) => !given.has(entry) && !entry.startsWith('PWD='))
  const count = held.length - foreign.length
  const kept = readList(init, 'environ').length
  const missing = [...given].filter((entry) => !held.includes(entry)).length
  return {
    proved: foreign.length === 0 && kept === 0 && missing === 0,
    evidence: `${count} variables given, ${foreign.length + kept} others, ${missing} missing`,
  }
}

function readSession(expected: Expectation): Finding {
  const { session, terminal } = readStat(expected.pid)
  return {
    proved: confined(expected).includes(session) && terminal === 0,
    evidence: `session ${session}, terminal ${terminal === 0 ? 'none' : terminal}`,
  }
}

function readLimits({ pid, limits }: Expectation): Finding {
  const text = readFileSync(`/proc/${pid}/limits`, 'utf8')
  const broken = limits.filter(({ name, soft, hard }) => {
    const values = text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.slice(name.length)
      .trim()
      .split(/\s+/)
    return values?.[0] !== String(soft) || values[1] !== String(hard)
  })
  return {
    proved: broken.length === 0,
    evidence:
      broken.length === 0
        ? `${limits.length} kept by the kernel`
        : `not as asked: ${broken.map(({ name }) => name).join(', ')}`,
  }
}

function readList(pid: number, file: string): readonly string[] {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter(Boolean)
}
