import type { BackendName, ReceiptItem } from '@mb/sandbox'
import type { JailPart, JailPlan } from '../src/jail/jail-plan.ts'
import type { Weakness } from '../src/jail/jailed-sandbox.ts'
import type { Launch } from '../src/jail/launch.ts'

/** Takes one protection away: what it is, and the items of which each has to be missed. */
export interface Weakening {
  readonly title: string
  readonly items: readonly ReceiptItem[]
  readonly weakness: Weakness
}

/** All of them, for a backend. */
export function listWeaknesses(backend: BackendName): readonly Weakening[] {
  return [...ofPlan, ...ofLoader, ...(backend === 'bubblewrap' ? ofBubblewrap : ofNamespaces)]
}

const ofPlan: readonly Weakening[] = [
  {
    title: 'the cleared environment',
    items: ['environment'],
    weakness: { plan: (plan) => ({ ...plan, env: { ...plan.env, PLANTED: '1' } }) },
  },
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

const ofLoader: readonly Weakening[] = [
  {
    title: 'limits of the kernel',
    items: ['limits'],
    weakness: { launch: (launch) => ({ ...launch, resourceLimits: [] }) },
  },
  {
    title: 'the new session keyring',
    items: ['keyring'],
    weakness: withScript(/syscall\(\$keyctl, 1, 0\)/, '$before'),
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

const ofBubblewrap: readonly Weakening[] = [
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
