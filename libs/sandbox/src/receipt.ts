import type { BackendName } from './backend.ts'

/** One protection that a receipt can prove. */
export type ReceiptItem =
  | 'filesystem'
  | 'network'
  | 'processes'
  | 'users'
  | 'ipc'
  | 'hostname'
  | 'cgroup'
  | 'capabilities'
  | 'no-new-privileges'
  | 'seccomp'
  | 'keyring'
  | 'descriptors'
  | 'environment'
  | 'session'
  | 'limits'

/** Whether one protection was active, and what the kernel said. */
export interface ReceiptFinding {
  readonly item: ReceiptItem
  readonly proved: boolean
  /** What was read, for people: `Seccomp: 2, 1 filter of 311 steps`. */
  readonly evidence: string
}

/** What a program tried inside the sandbox, once per machine, backend version and shape of the policy. */
export interface ProbeFinding {
  readonly name: string
  readonly item: ReceiptItem
  readonly passed: boolean
  /** What came of the try: `EPERM`, `2 processes`. */
  readonly outcome: string
}

/** The protections that were active for one run, read from the kernel for that very process before it began. */
export interface Receipt {
  readonly level: SandboxLevel
  readonly backend: BackendName
  /** Of bubblewrap, of the kernel, or of what else built it. */
  readonly backendVersion: string
  /** Process id of the program, as the host sees it. */
  readonly pid: number
  readonly items: readonly ReceiptFinding[]
  readonly probes: { readonly ranAt: string; readonly findings: readonly ProbeFinding[] }
  /** What a person has to know of this run: that nothing confines it, or that its backend is experimental. */
  readonly warning?: string
  /** How long reading took, in milliseconds. */
  readonly readMs: number
}

/**
 * How much a backend can prove: `sandbox` by namespaces, a filter and no rights; `restricted` without namespaces, where they are
 * forbidden; `none` nothing at all.
 */
export type SandboxLevel = 'sandbox' | 'restricted' | 'none'

/** The items of level `sandbox`, which is the minimum unless another is given: every protection there is. */
export const sandboxMinimum: readonly ReceiptItem[] = [
  'filesystem',
  'network',
  'processes',
  'users',
  'ipc',
  'hostname',
  'cgroup',
  'capabilities',
  'no-new-privileges',
  'seccomp',
  'keyring',
  'descriptors',
  'environment',
  'session',
  'limits',
]

// Who and where it is, a program without namespaces can see: the users, the name of the host and the cgroups are the host's.
const restricted = sandboxMinimum.filter(
  (item) => item !== 'users' && item !== 'hostname' && item !== 'cgroup',
)

const levels: Readonly<Record<SandboxLevel, readonly ReceiptItem[]>> = {
  sandbox: sandboxMinimum,
  restricted,
  none: [],
}

/** The receipt items that the name of a level stands for. */
export function levelItems(level: SandboxLevel): readonly ReceiptItem[] {
  return levels[level]
}

/** Whether a text names a protection. */
export function isReceiptItem(name: string): name is ReceiptItem {
  return sandboxMinimum.some((item) => item === name)
}
