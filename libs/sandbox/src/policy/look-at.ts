import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
} from 'node:fs'
import { errorCode } from '@mb/kernel'
import { refusal } from './refusal.ts'

/** A file or folder without links in its path. */
export interface RealPath {
  readonly real: string
  readonly facts: Stats
}

/**
 * Follows the links of a path. Where it leads and what is found there belong to one another, also while somebody exchanges names on the
 * way: two looks by name would take the name of one file for the other.
 *
 * @throws what the system says of a path that leads nowhere
 */
export function lookAt(path: string): RealPath {
  if (process.platform !== 'linux') return lookTwice(path)
  const place = openSync(path, pathOnly)
  try {
    return { real: readlinkSync(`/proc/self/fd/${place}`), facts: fstatSync(place) }
  } finally {
    closeSync(place)
  }
}

/**
 * What is found at a path that leads through no link.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY` where there is a link on the way, or nothing any more: a moment ago it was otherwise
 */
export function lookAtSettled(path: string): Stats {
  const { real, facts } = lookOrRefuse(path)
  if (real !== path) throw unsettled(path)
  return facts
}

function lookOrRefuse(path: string): RealPath {
  try {
    return lookAt(path)
  } catch (error) {
    throw errorCode(error) === 'EACCES' ? error : unsettled(path, error)
  }
}

function unsettled(path: string, cause?: unknown): Error {
  return refusal(
    path,
    'it changes while it is looked at',
    'Try again when whatever changes it is done',
    cause,
  )
}

// linux/fcntl.h: O_PATH with O_CLOEXEC, the same on x64 and arm64. It opens what may not be read, too, and no device.
const pathOnly = 0o12000000

/** Where no descriptor tells its path: until two looks agree. */
function lookTwice(path: string): RealPath {
  let real = realpathSync.native(path)
  for (;;) {
    const facts = lstatSync(real)
    const again = realpathSync.native(path)
    const { dev, ino } = lstatSync(again)
    if (again === real && dev === facts.dev && ino === facts.ino) return { real, facts }
    real = again
  }
}
