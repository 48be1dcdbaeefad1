import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  statSync,
  type BigIntStats,
} from 'node:fs'
import { join } from 'node:path'
import { errorCode, isInside } from '@mb/kernel'
import { devices, type ExpectedMount, type JailPart, type JailPlan } from '../../jail/jail-plan.ts'
import { belowMinimum } from '../../proof/judge-receipt.ts'
import { SandboxError } from '../../sandbox-error.ts'
import { accessOf, deviceAccess } from './landlock-rules.ts'

/** A rule: what may be done with a file, or with a folder and all that is in it. */
export interface PlaceRule {
  readonly path: string
  /** Device and inode, so that a swap shows. */
  readonly identity: string
  readonly access: number
}

type Right = 'none' | 'read' | 'write'

/** A part of the file system, and what the program may do there. */
interface Area {
  readonly path: string
  readonly right: Right
}

/**
 * The rules for a plan.
 *
 * A rule holds for all that lies below, and none takes back what another gives. So where a plan closes something inside a
 * granted folder, each entry beside it is granted instead; what would be new in that folder then is not.
 *
 * @throws SandboxError `MB_SANDBOX_BELOW_MINIMUM` when what was granted is another file by now, `MB_SANDBOX_POLICY` when there
 * would be too many rules
 */
export function grantPlaces(plan: JailPlan): readonly PlaceRule[] {
  const areas = plan.parts.flatMap((part) => areaOf(part))
  const granted = areas.flatMap((area, index) => {
    const facts = lookAt(area.path, plan.mounts)
    return facts === undefined ? [] : allow({ ...area, facts }, areas.slice(index + 1))
  })
  const all = [
    ...granted,
    ...devices.filter((name) => name !== 'tty').map(deviceRule),
    ...settings.flatMap((path) => settingRule(path)),
  ]
  if (all.length > mostRules)
    throw new SandboxError(
      'MB_SANDBOX_POLICY',
      `Cannot open a sandbox: what is closed inside granted folders takes ${all.length} rules`,
      { hint: 'Grant the folders needed instead of what holds them' },
    )
  return all
}

const mostRules = 10_000

// OpenSSL, and Node with it, start without settings, and do not where theirs are there and closed.
const settings = ['/etc/ssl/openssl.cnf', '/etc/pki/tls/openssl.cnf']

function settingRule(path: string): readonly PlaceRule[] {
  const facts = statSync(path, { bigint: true, throwIfNoEntry: false })
  // Only what everybody may read.
  if (facts === undefined || !facts.isFile() || (facts.mode & 0o4n) === 0n) return []
  return [ruleFor(realpathSync(path), 'read', facts)]
}

function areaOf(part: JailPart): readonly Area[] {
  const { kind, path } = part
  if (path.startsWith('/proc/') || path.startsWith('/dev/')) return []
  if (kind === 'tmpfs') return [{ path, right: 'none' }]
  if (kind !== 'bind') return []
  if (part.from !== undefined && part.from !== path) return [{ path, right: 'none' }]
  return [{ path, right: part.writable ? 'write' : 'read' }]
}

interface KnownArea extends Area {
  readonly facts: BigIntStats
}

interface GrantedArea extends KnownArea {
  readonly right: 'read' | 'write'
}

/** @param later what lies over it where it lies inside */
function allow({ path, right, facts }: KnownArea, later: readonly Area[]): readonly PlaceRule[] {
  // What comes later in the very same place lies over it.
  if (right === 'none' || later.some((other) => other.path === path)) return []
  return narrow(
    { path, right, facts },
    later.filter((other) => isInside(path, other.path)),
  )
}

/** Grants all of an area but what is closed in it. */
function narrow(
  { path, right, facts }: GrantedArea,
  inside: readonly Area[],
): readonly PlaceRule[] {
  const closed = inside.filter((other) => rank[other.right] < rank[right])
  // A link leads to a place that has a rule of its own, or none.
  if (facts.isSymbolicLink()) return []
  if (closed.length === 0) return [ruleFor(path, right, facts)]
  const floor = closed.some((other) => other.right === 'none') ? 'none' : 'read'
  const entries = listFolder(path, facts).filter(
    (entry) => !inside.some((other) => other.path === entry.path),
  )
  return [
    ...(floor === 'read' ? [ruleFor(path, 'read', facts)] : []),
    ...entries.flatMap((entry) =>
      narrow(
        { ...entry, right },
        inside.filter((other) => isInside(entry.path, other.path)),
      ),
    ),
  ]
}

/** What lies in a folder, seen through its descriptor: its name may lead elsewhere from one moment to the next. */
function listFolder(
  path: string,
  { dev, ino }: BigIntStats,
): readonly { readonly path: string; readonly facts: BigIntStats }[] {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants
  const descriptor = openFolder(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    const opened = fstatSync(descriptor, { bigint: true })
    if (opened.dev !== dev || opened.ino !== ino) throw swapped(path)
    const place = `/proc/self/fd/${descriptor}`
    return readdirSync(place).flatMap((name) => {
      const facts = lstatSync(join(place, name), { bigint: true, throwIfNoEntry: false })
      return facts === undefined ? [] : [{ path: join(path, name), facts }]
    })
  } finally {
    closeSync(descriptor)
  }
}

function openFolder(path: string, flags: number): number {
  try {
    return openSync(path, flags)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') throw swapped(path)
    throw error
  }
}

const rank: Readonly<Record<Right, number>> = { none: 0, read: 1, write: 2 }

function ruleFor(path: string, right: 'read' | 'write', facts: BigIntStats): PlaceRule {
  const access = accessOf({ writable: right === 'write', directory: facts.isDirectory() })
  return { path, identity: `${facts.dev} ${facts.ino}`, access }
}

/** A folder that was made for the program. */
export function writableFolder(path: string): PlaceRule {
  return ruleFor(path, 'write', lstatSync(path, { bigint: true }))
}

function deviceRule(name: string): PlaceRule {
  const path = `/dev/${name}`
  const { dev, ino } = lstatSync(path, { bigint: true })
  return { path, identity: `${dev} ${ino}`, access: deviceAccess }
}

/** What is there, if it is what was granted. The builder compares what it opens with the very same. */
function lookAt(path: string, mounts: readonly ExpectedMount[]): BigIntStats | undefined {
  const facts = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  const source = mounts.find((mount) => mount.path === path)?.source
  if (source === undefined || source.path !== path) return facts
  const isSame = Number(facts?.dev) === source.device && Number(facts?.ino) === source.inode
  if (!isSame) throw swapped(path)
  return facts
}

function swapped(path: string): SandboxError {
  return belowMinimum([
    { item: 'filesystem', evidence: `${path}: is another file than the one granted` },
  ])
}
