import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { isInside } from '@mb/kernel'
import type { ResourceLimit } from '../limits.ts'
import { sandboxMinimum, type ReceiptFinding, type ReceiptItem } from '../receipt.ts'
import type { ExpectedMount } from '../jail/jail-plan.ts'
import { readMounts, type Mount } from '../machine/mount-table.ts'
import { readStat } from '../machine/process-stat.ts'

/** What has to be found for a process. */
export interface Expectation {
  /** The program, stopped before its first instruction. */
  readonly pid: number
  /** The first process inside, which adopts orphans. */
  readonly init: number
  readonly mounts: readonly ExpectedMount[]
  readonly env: Readonly<Record<string, string>>
  readonly descriptors: readonly number[]
  readonly limits: readonly ResourceLimit[]
  /** Serial numbers of the session keyring, as the loader found and as it left it. */
  readonly keyring: { readonly before: number; readonly after: number } | undefined
  readonly filterSteps: number
}

type Finding = Omit<ReceiptFinding, 'item'>

/** Compares what the kernel says about a process with what was asked for. What cannot be read is not proved. */
export function readFindings(expected: Expectation): readonly ReceiptFinding[] {
  const status = statusReader()
  return sandboxMinimum.map((item) => {
    try {
      return { item, ...readers[item](expected, status) }
    } catch (error) {
      return {
        item,
        proved: false,
        evidence: error instanceof Error ? error.message : String(error),
      }
    }
  })
}

const readers: Readonly<
  Record<ReceiptItem, (expected: Expectation, status: ReadStatus) => Finding>
> = {
  filesystem: readFilesystem,
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

function readFilesystem({ pid, mounts }: Expectation): Finding {
  const namespace = ownNamespace(pid, 'mnt')
  if (!namespace.proved) return namespace
  const found = readMounts(pid)
  for (const mount of mounts) {
    const problem = judgeMount(
      pid,
      mount,
      found.findLast(({ path }) => path === mount.path),
    )
    if (problem !== undefined) return { proved: false, evidence: `${mount.path}: ${problem}` }
  }
  for (const mount of found) {
    const problem = judgeUnknown(mount, mounts)
    if (problem !== undefined) return { proved: false, evidence: `${mount.path}: ${problem}` }
  }
  return { proved: true, evidence: `${found.length} mounts, each as granted` }
}

function judgeMount(
  pid: number,
  expected: ExpectedMount,
  found: Mount | undefined,
): string | undefined {
  if (found === undefined) return 'is not mounted'
  if (expected.kind !== 'bind' && found.type !== expected.kind) return `is ${found.type}`
  if (found.writable && !expected.writable) return 'is writable'
  if (!found.options.has('nosuid')) return 'honours setuid bits'
  if (expected.source === undefined) return undefined
  // Seen from the host through the process's own root: the very file that was granted, not what took its name since.
  const { dev, ino } = lstatSync(`/proc/${pid}/root${expected.path}`)
  return dev === expected.source.device && ino === expected.source.inode
    ? undefined
    : 'is another file than the one granted'
}

/** A mount that was not asked for: one of the host's below a granted folder, or a cover in /proc. */
function judgeUnknown(found: Mount, expected: readonly ExpectedMount[]): string | undefined {
  if (expected.some(({ path }) => path === found.path)) return undefined
  if (found.path.startsWith('/proc/') && found.type === 'proc' && !found.writable) return undefined
  const holder = expected
    .filter(({ kind, path }) => kind === 'bind' && isInside(path, found.path))
    .reduce<ExpectedMount | undefined>(
      (deepest, mount) => (deepest && deepest.path.length > mount.path.length ? deepest : mount),
      undefined,
    )
  if (holder === undefined || !readMounts('self').some(({ path }) => path === found.path))
    return 'was not asked for'
  return found.writable && !holder.writable ? 'is writable' : undefined
}

function readNetwork({ pid }: Expectation): Finding {
  const namespace = ownNamespace(pid, 'net')
  if (!namespace.proved) return namespace
  const interfaces = [...readFileSync(`/proc/${pid}/net/dev`, 'utf8').matchAll(/^ *([^\s:]+):/gm)]
  const names = interfaces.map((match) => match[1] ?? '')
  return {
    proved: names.every((name) => name === 'lo'),
    evidence: `${namespace.evidence}, interfaces: ${names.join(' ')}`,
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

function readCapabilities({ pid, init }: Expectation, readStatus: ReadStatus): Finding {
  const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']
  const held = [pid, init].flatMap((each) => {
    const status = readStatus(each)
    return sets.filter((set) => !/^0+$/.test(status.get(set) ?? 'unknown'))
  })
  return {
    proved: held.length === 0,
    evidence: held.length === 0 ? 'all five sets are empty' : `not empty: ${held.join(' ')}`,
  }
}

function readNoNewPrivileges({ pid, init }: Expectation, readStatus: ReadStatus): Finding {
  const values = [pid, init].map((each) => readStatus(each).get('NoNewPrivs') ?? 'unknown')
  return {
    proved: values.every((value) => value === '1'),
    evidence: `NoNewPrivs: ${values.join(' ')}`,
  }
}

function readSeccomp({ pid, init, filterSteps }: Expectation, readStatus: ReadStatus): Finding {
  // A host that runs under a filter hands it down: ours has to be there beside it.
  const inherited = Number(readStatus('self').get('Seccomp_filters'))
  const counts = [pid, init].map((each) => {
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

function readSession({ pid, init }: Expectation): Finding {
  const { session, terminal } = readStat(pid)
  return {
    proved: (session === pid || session === init) && terminal === 0,
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

function ownNamespace(pid: number, kind: string): Finding {
  const inside = readlinkSync(`/proc/${pid}/ns/${kind}`)
  return { proved: inside !== readlinkSync(`/proc/self/ns/${kind}`), evidence: inside }
}

type ReadStatus = (pid: number | 'self') => ReadonlyMap<string, string>

/** Reads each status file once: the program stands still, and the rest of what is read of it does not change. */
function statusReader(): ReadStatus {
  const known = new Map<number | 'self', ReadonlyMap<string, string>>()
  return (pid) => {
    const status = known.get(pid) ?? parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'))
    known.set(pid, status)
    return status
  }
}

function parseStatus(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    }),
  )
}

function readList(pid: number, file: string): readonly string[] {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter(Boolean)
}
