import { lstatSync } from 'node:fs'
import type { BackendName, ReceiptItem } from '@mb/sandbox'
import type { JailPart, JailPlan } from '../src/jail/jail-plan.ts'
import type { Weakness } from '../src/jail/jailed-sandbox.ts'
import type { Launch } from '../src/jail/launch.ts'

/** Takes one protection away: what it is, and the items of which each has to be missed. */
export interface Weakening {
  readonly title: string
  readonly items: readonly ReceiptItem[]
  readonly weakness: Weakness
  /** Whether an ordinary user could not even start without it. */
  readonly rootOnly?: boolean
}

/** All of them, for a backend. */
export function listWeaknesses(backend: BackendName): readonly Weakening[] {
  if (backend === 'bubblewrap') return [...ofAll, newKeyring, ...ofMounts, ...ofBubblewrap]
  if (backend === 'namespaces') return [...ofAll, newKeyring, ...ofMounts, ...ofNamespaces]
  return backend === 'landlock' ? [...ofAll, ...ofLandlock] : []
}

/** What nothing starts without: the jail cannot be built, and is refused by that. */
export function listBreaks(backend: BackendName): readonly Pick<Weakening, 'title' | 'weakness'>[] {
  if (backend === 'bubblewrap')
    return [
      {
        title: 'the process namespace',
        weakness: options(['--unshare-all'], namespacesBut('pid')),
      },
    ]
  if (backend === 'namespaces')
    return [{ title: 'the process namespace', weakness: share(0x2000_0000) }]
  if (backend !== 'landlock') return []
  return [
    {
      title: 'new privileges forbidden',
      weakness: both(unscoped, withoutStep('forbid new privileges')),
    },
  ]
}

const ofMounts: readonly Weakening[] = [
  { title: 'the read-only root', items: ['filesystem'], weakness: without('close', '/') },
  { title: 'the read-only /proc', items: ['filesystem'], weakness: without('close', '/proc') },
  {
    title: 'the hidden first process',
    items: ['filesystem'],
    weakness: {
      plan: (plan) => ({ ...plan, parts: plan.parts.filter(({ path }) => path !== '/proc/1') }),
    },
  },
  {
    title: 'the read-only system',
    items: ['filesystem'],
    weakness: {
      plan: (plan) => ({
        ...plan,
        parts: plan.parts.map((part) =>
          part.kind === 'bind' && part.path === '/usr' ? { ...part, writable: true } : part,
        ),
      }),
    },
  },
  { title: 'the hidden keys', items: ['filesystem'], weakness: without('bind', '/proc/keys') },
  {
    title: 'an unexpected mount',
    items: ['filesystem'],
    weakness: append({
      kind: 'bind',
      path: '/srv',
      from: '/etc',
      writable: false,
      directory: true,
    }),
  },
  {
    title: 'a mount in place of another',
    items: ['filesystem'],
    weakness: append({
      kind: 'bind',
      path: '/etc/ld.so.cache',
      from: '/dev/null',
      writable: false,
      directory: false,
    }),
  },
]

const ofAll: readonly Weakening[] = [
  {
    title: 'the cleared environment',
    items: ['environment'],
    weakness: { plan: (plan) => ({ ...plan, env: { ...plan.env, PLANTED: '1' } }) },
  },
  {
    title: 'limits of the kernel',
    items: ['limits'],
    weakness: { launch: (launch) => ({ ...launch, resourceLimits: [] }) },
  },
  {
    title: 'closed descriptors',
    items: ['descriptors'],
    weakness: withScript(
      /close_from\(\$channel \? 4 : 3, 4\);/,
      "open(my $leak, '<', '/etc/passwd');",
    ),
  },
]

const newKeyring: Weakening = {
  title: 'the new session keyring',
  items: ['keyring'],
  weakness: withScript(/syscall\(\$keyctl, 1, 0\)/, '$before'),
}

const ofBubblewrap: readonly Weakening[] = [
  {
    title: 'the user namespace',
    items: ['users'],
    rootOnly: true,
    weakness: both(
      options(['--unshare-all'], namespacesBut('user')),
      options(['--unshare-user', '--disable-userns'], []),
    ),
  },
  {
    title: 'the network namespace',
    items: ['network'],
    weakness: options(['--unshare-all'], namespacesBut('net')),
  },
  {
    title: 'the ipc namespace',
    items: ['ipc'],
    weakness: options(['--unshare-all'], namespacesBut('ipc')),
  },
  {
    title: 'the host name namespace',
    items: ['hostname'],
    weakness: both(
      options(['--unshare-all'], namespacesBut('uts')),
      options(['--hostname', 'sandbox'], []),
    ),
  },
  {
    title: 'the cgroup namespace',
    items: ['cgroup'],
    weakness: options(['--unshare-all'], namespacesBut('cgroup')),
  },
  {
    title: 'the capability drop',
    items: ['capabilities'],
    weakness: options(['--cap-drop', 'ALL'], ['--cap-add', 'CAP_SYS_ADMIN']),
  },
  { title: 'the filter', items: ['seccomp'], weakness: options(['--seccomp', '9'], []) },
  { title: 'the new session', items: ['session'], weakness: options(['--new-session'], []) },
]

const ofNamespaces: readonly Weakening[] = [
  {
    title: 'the user namespaces',
    items: ['users'],
    rootOnly: true,
    // Where there is none of its own, the setting would be that of the machine.
    weakness: [
      'forbid more user namespaces',
      'map the user into its namespace',
      'make the inner user namespace',
    ].reduce((weakness, words) => both(weakness, withoutStep(words)), share(0x1000_0000)),
  },
  {
    title: 'new privileges forbidden',
    items: ['no-new-privileges', 'capabilities'],
    weakness: both(withoutStep('forbid new privileges'), withoutStep('give up capabilities')),
  },
  {
    title: 'the network namespace',
    items: ['network'],
    weakness: both(share(0x4000_0000), withoutStep('bring up the network inside')),
  },
  { title: 'the ipc namespace', items: ['ipc'], weakness: share(0x0800_0000) },
  {
    title: 'the host name namespace',
    items: ['hostname'],
    weakness: both(share(0x0400_0000), withoutStep('set the name of the host')),
  },
  { title: 'the cgroup namespace', items: ['cgroup'], weakness: share(0x0200_0000) },
  {
    title: 'the capability drop',
    items: ['capabilities'],
    weakness: withoutStep('give up capabilities'),
  },
  { title: 'the filter', items: ['seccomp'], weakness: withoutStep('set the filter') },
  { title: 'the new session', items: ['session'], weakness: withoutStep('leave the session') },
]

/** The loader keeps no signals to itself, for which it would forbid new privileges to all that it starts. */
const unscoped: Weakness = {
  launch: (launch) => ({ ...launch, build: { ...launch.build, isScoped: false } }),
}

const ofLandlock: readonly Weakening[] = [
  {
    title: 'the rules for files',
    items: ['filesystem'],
    weakness: withoutStep('put the rules into force'),
  },
  {
    title: 'rules that end at what is granted',
    items: ['filesystem'],
    weakness: withSteps((steps) =>
      steps.flatMap((step) =>
        step.words === 'grant /usr' ? [step, { ...step, values: inRoot(step.values) }] : [step],
      ),
    ),
  },
  {
    title: 'signals kept inside',
    items: ['processes'],
    weakness: both(
      unscoped,
      withSteps((steps) =>
        steps.map((step) =>
          step.kind === 'rules'
            ? { ...step, values: [step.values[0] ?? '', step.values[1]?.slice(0, 1 + 16) ?? ''] }
            : step,
        ),
      ),
    ),
  },
  {
    title: 'the filter',
    // The keyring may be forbidden by the container, too.
    items: ['seccomp', 'network', 'ipc'],
    weakness: withoutStep('set the filter'),
  },
  {
    title: 'the capability drop',
    items: ['capabilities'],
    rootOnly: true,
    weakness: withoutStep('give up capabilities'),
  },
  {
    title: 'new privileges forbidden',
    items: ['no-new-privileges', 'capabilities'],
    rootOnly: true,
    weakness: both(
      unscoped,
      both(withoutStep('forbid new privileges'), withoutStep('give up capabilities')),
    ),
  },
  { title: 'the new session', items: ['session'], weakness: withoutStep('leave the session') },
]

/** A rule for the whole file system, with the rights of another. */
function inRoot([call = '', , , access = '']: readonly string[]): readonly string[] {
  const { dev, ino } = lstatSync('/', { bigint: true })
  return [call, 's/', `s${dev} ${ino}`, access]
}

function without(kind: JailPart['kind'], path: string): Weakness {
  return {
    plan: (plan) => {
      const parts = plan.parts.filter((part) => part.kind !== kind || part.path !== path)
      if (parts.length !== plan.parts.length - 1)
        throw new TypeError(`Cannot weaken the plan: it has no ${kind} ${path}`)
      return { ...plan, parts }
    },
  }
}

/** Before the root is closed, where mount points can still be made. */
function append(part: JailPart): Weakness {
  return { plan: (plan): JailPlan => ({ ...plan, parts: plan.parts.toSpliced(-1, 0, part) }) }
}

function withScript(part: RegExp, instead: string): Weakness {
  return {
    launch: (launch) => {
      const script = launch.loader.script.replace(part, () => instead)
      if (script === launch.loader.script) throw new TypeError('Cannot weaken the loader')
      return { ...launch, loader: { ...launch.loader, script } }
    },
  }
}

function both(first: Weakness, second: Weakness): Weakness {
  return {
    launch: (launch) => {
      const once = first.launch?.(launch) ?? launch
      return second.launch?.(once) ?? once
    },
  }
}

function namespacesBut(left: string): readonly string[] {
  return ['ipc', 'pid', 'net', 'uts', 'cgroup']
    .filter((name) => name !== left)
    .map((name) => `--unshare-${name}`)
}

/** Other options for bubblewrap. */
function options(part: readonly string[], instead: readonly string[]): Weakness {
  return withData((data) => {
    const words = data.toString().split('\0')
    const at = words.findIndex((_, index) =>
      part.every((word, offset) => words[index + offset] === word),
    )
    if (at === -1) throw new TypeError(`Cannot weaken the options: there is no ${part.join(' ')}`)
    return Buffer.from(words.toSpliced(at, part.length, ...instead).join('\0'))
  })
}

/** Leaves some namespaces to the host, by their bits. */
function share(bits: number): Weakness {
  return withSteps((steps) =>
    steps.map((step) =>
      step.words === 'make namespaces'
        ? { ...step, values: [step.values[0] ?? '', `i${0x7e02_0000 & ~bits}`] }
        : step,
    ),
  )
}

function withoutStep(words: string): Weakness {
  return withSteps((steps) => {
    const left = steps.filter((step) => step.words !== words)
    if (left.length === steps.length)
      throw new TypeError(`Cannot weaken the steps: none is to ${words}`)
    return left
  })
}

interface EncodedStep {
  readonly kind: string
  readonly words: string
  readonly values: readonly string[]
}

function withSteps(change: (steps: readonly EncodedStep[]) => readonly EncodedStep[]): Weakness {
  return withData((data) => encode(change(decode(data))))
}

/** Bytes as Latin-1, which keeps each. */
function decode(data: Buffer): readonly EncodedStep[] {
  const parts: string[] = []
  for (let at = 0; at < data.length;) {
    const end = at + 4 + data.readUInt32BE(at)
    parts.push(data.toString('latin1', at + 4, end))
    at = end
  }
  const steps: EncodedStep[] = []
  while (parts.length > 0) {
    const [kind = '', words = '', count = ''] = parts.splice(0, 3)
    steps.push({ kind, words, values: parts.splice(0, Number(count)) })
  }
  return steps
}

function encode(steps: readonly EncodedStep[]): Buffer {
  const parts = steps.flatMap(({ kind, words, values }) => [
    kind,
    words,
    String(values.length),
    ...values,
  ])
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, Buffer.from(part, 'latin1')]
    }),
  )
}

function withData(change: (data: Buffer) => Buffer): Weakness {
  return {
    launch: (launch): Launch => {
      const [first, ...rest] = launch.build.data
      if (first === undefined) throw new TypeError('Cannot weaken the order: it has no data')
      return { ...launch, build: { ...launch.build, data: [change(Buffer.from(first)), ...rest] } }
    },
  }
}
