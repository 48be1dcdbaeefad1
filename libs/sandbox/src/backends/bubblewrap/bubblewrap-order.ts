import type { BuildOrder } from '../../jail/jail-builder.ts'
import type { JailPart, JailPlan } from '../../jail/jail-plan.ts'
import { firstDataDescriptor, statusDescriptor } from '../../loader/loader.ts'

/** What bubblewrap is told: its options come by a descriptor, so that no list of processes shows them. */
export function orderBubblewrap(path: string, plan: JailPlan, cwd: string): BuildOrder {
  const data: Uint8Array[] = [plan.filter]
  const options = [
    ...isolation,
    '--json-status-fd',
    String(statusDescriptor),
    '--seccomp',
    dataDescriptor(0),
    ...plan.parts.flatMap((part) => optionsFor(part, data)),
    ...Object.entries(plan.env).flatMap(([name, value]) => ['--setenv', name, value]),
    '--chdir',
    cwd,
  ]
  return {
    command: [path, '--args', String(firstDataDescriptor), '--'],
    data: [Buffer.from(options.map((option) => `${option}\0`).join('')), ...data],
    filterSteps: plan.filter.length / 8,
    isScoped: false,
    trials: [],
  }
}

const isolation = [
  '--unshare-all',
  '--unshare-user',
  '--disable-userns',
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
  '--hostname',
  'sandbox',
  '--clearenv',
]

/** @param data takes the contents that the options speak of by descriptor */
function optionsFor(part: JailPart, data: Uint8Array[]): readonly string[] {
  switch (part.kind) {
    case 'bind':
      return [part.writable ? '--bind' : '--ro-bind', part.from ?? part.path, part.path]
    case 'link':
      return ['--symlink', part.target, part.path]
    case 'file':
      data.push(Buffer.from(part.text))
      return ['--perms', '0444', '--file', dataDescriptor(data.length - 1), part.path]
    case 'tmpfs':
      return ['--size', String(part.bytes), '--tmpfs', part.path]
    case 'proc':
      return ['--proc', part.path]
    case 'devices':
      return ['--dev', part.path]
    case 'close':
    default:
      return ['--remount-ro', part.path]
  }
}

/** The first file in memory holds the options themselves. */
function dataDescriptor(index: number): string {
  return String(firstDataDescriptor + 1 + index)
}
