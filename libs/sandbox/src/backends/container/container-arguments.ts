import { isInside } from '@mb/kernel'
import type { JailPart, JailPlan } from '../../jail/jail-plan.ts'
import { SandboxError } from '../../sandbox-error.ts'
import type { Engine } from './engine.ts'
import { mountOption } from './mount-option.ts'

/** The folder inside where the first process finds the host. */
export const meetingPlace = '/run/mb-sandbox'

/** What a container is made for. */
export interface ContainerOrder {
  readonly kind: Engine['kind']
  readonly name: string
  readonly image: string
  /** The folder of the host that is the {@link meetingPlace}. */
  readonly folder: string
  readonly user: number
  readonly group: number
  /** Most descriptors and threads that this process may allow, `-1` for any number. */
  readonly ulimits: { readonly nofile: number; readonly nproc: number }
  readonly hasInput: boolean
}

/**
 * The arguments that have an engine run a container as a plan has it: no network, no rights, nothing to write to but what was granted.
 * The filter, limits and everything that is nobody else's business are told to the first process inside.
 */
export function containerArguments(plan: JailPlan, order: ContainerOrder): readonly string[] {
  const { kind, name, image, folder, user, group, ulimits, hasInput } = order
  return [
    'run',
    '--rm',
    '--name',
    name,
    ...isolation,
    ...(kind === 'podman' ? ofPodman(user) : []),
    '--user',
    `${user}:${group}`,
    '--ulimit',
    `nofile=${ulimits.nofile}:${ulimits.nofile}`,
    '--ulimit',
    `nproc=${ulimits.nproc}:${ulimits.nproc}`,
    ...(hasInput ? ['--interactive'] : []),
    ...plan.parts.flatMap((part) => optionsFor(part, plan.parts)),
    // Hides what the engine shows of the machine. The second could not be mounted in the first if that were closed.
    ...hide('/sys'),
    ...hide('/sys/fs/cgroup'),
    ...mount({ type: 'bind', src: folder, dst: meetingPlace, ro: 'true' }),
    image,
  ]
}

const isolation = [
  '--pull=never',
  '--sig-proxy=false',
  '--log-driver=none',
  '--hostname=sandbox',
  '--network=none',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  // Ours is set inside, the same as everywhere; theirs would hide whether it is.
  '--security-opt=seccomp=unconfined',
  '--security-opt=label=disable',
  '--read-only',
  '--ipc=private',
  '--cgroupns=private',
]

/** What Docker does by itself, or cannot do: a user namespace for one container. */
function ofPodman(user: number): readonly string[] {
  return [
    '--pid=private',
    '--uts=private',
    '--read-only-tmpfs=false',
    '--systemd=false',
    '--image-volume=ignore',
    '--security-opt=mask=/proc/key-users',
    '--no-hosts',
    ...(user === 0 ? ['--uidmap=0:0:65536', '--gidmap=0:0:65536'] : ['--userns=keep-id']),
  ]
}

function optionsFor(part: JailPart, parts: readonly JailPart[]): readonly string[] {
  const { kind, path } = part
  // The engine makes these, with what they hide of the host.
  if (isInside('/proc', path) || (isInside('/dev', path) && kind !== 'tmpfs')) return []
  switch (kind) {
    case 'bind':
      return mount({
        type: 'bind',
        src: checkPath(part.from ?? path),
        dst: checkPath(path),
        ro: part.writable ? undefined : 'true',
      })
    case 'tmpfs': {
      const isClosed = parts.some((other) => other.kind === 'close' && other.path === path)
      return isClosed ? hide(checkPath(path)) : scratch(path, part.bytes)
    }
    // Links and files are in the image, and its root is read-only.
    case 'link':
    case 'file':
    case 'proc':
    case 'devices':
    case 'close':
    default:
      return []
  }
}

/** As an option of its own a file system in memory may hold programs, which with Docker it may not as a mount. */
function scratch(path: string, bytes: number): readonly string[] {
  if (!/^[\w./-]+$/.test(path)) throw cannotMount(path)
  return ['--tmpfs', `${path}:rw,exec,nosuid,nodev,size=${bytes},mode=1777`]
}

function hide(path: string): readonly string[] {
  return mount({
    type: 'tmpfs',
    dst: path,
    'tmpfs-size': 4096,
    'tmpfs-mode': '0555',
    ro: path === '/sys' ? undefined : 'true',
  })
}

function mount(fields: Parameters<typeof mountOption>[0]): readonly string[] {
  return ['--mount', mountOption(fields)]
}

function checkPath(path: string): string {
  // Their readers drop the one before a line feed, and blanks at the ends.
  if (path.includes('\r') || path.trim() !== path) throw cannotMount(path)
  return path
}

function cannotMount(path: string): SandboxError {
  return new SandboxError(
    'MB_SANDBOX_POLICY',
    `Cannot grant ${JSON.stringify(path)}: no engine of containers takes such a name as it is`,
    { hint: 'Rename it, or use another backend', details: { path } },
  )
}
