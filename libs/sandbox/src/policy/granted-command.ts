import { accessSync, constants, lstatSync, realpathSync, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isInside } from '@mb/kernel'
import { SandboxError } from '../sandbox-error.ts'
import type { Cover } from './cover.ts'
import type { GrantedPath } from './granted-path.ts'
import { followPath } from './real-path.ts'

/** A program that may be run beside, in a jail of its own. */
export interface ExecGrant {
  /** By absolute path. */
  readonly command: string
  /** Patterns of its arguments, for people: they are no boundary, as no program is bound to what its arguments seem to say. */
  readonly args?: readonly string[] | undefined
  /** What it needs to read beside, such as the folder of its tool chain. */
  readonly with?: readonly string[] | undefined
}

/** A command that was checked: nobody but root and this user could have put it there. */
export interface GrantedCommand {
  /** As the policy names it. */
  readonly command: string
  /** Without links in its folder; a program may look at the name that it was started by. */
  readonly named: string
  readonly file: GrantedPath
  /** What it reads beside. */
  readonly beside: readonly GrantedPath[]
  /** What lies over the grants of its jail. */
  readonly covers: readonly Cover[]
}

/** What a command is judged by. */
export interface CommandRules {
  /** Folders that the program may write in, and what is denied; without links. */
  readonly written: readonly string[]
  readonly denied: readonly string[]
}

/**
 * Finds a command, and refuses one that somebody else could replace.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY`
 */
export function grantCommand(
  { command }: ExecGrant,
  { written, denied }: CommandRules,
): Omit<GrantedCommand, 'beside' | 'covers'> {
  const { real, facts } = followPath(command, 'grant the command')
  if (!facts.isFile() || !isExecutable(real))
    throw refused(command, 'it is no file that can be run', 'Name the program itself')
  const named = join(realpathSync.native(dirname(command)), basename(command))
  for (const path of new Set([real, named])) {
    const open = written.find((folder) => isInside(folder, path))
    if (open !== undefined)
      throw refused(command, `the program may write in "${open}", and could replace it`)
    const closed = denied.find((each) => isInside(each, path))
    if (closed !== undefined)
      throw refused(command, `"${closed}" is denied, and what is denied wins`)
    const weak = whatOthersChange(path)
    if (weak !== undefined) throw refused(command, weak.state, weak.hint)
  }
  const { dev: device, ino: inode } = facts
  const file = { path: real, writable: false, directory: false, device, inode }
  return { command, named, file }
}

/**
 * The command as it was granted.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY` when the file is another one by now
 */
export function requireSame({ command, named, file }: GrantedCommand): void {
  const facts = lstatSync(file.path, { throwIfNoEntry: false })
  const isSame = facts?.dev === file.device && facts.ino === file.inode && leadsTo(named, file.path)
  if (!isSame)
    throw new SandboxError(
      'MB_SANDBOX_POLICY',
      `Cannot run the command ${JSON.stringify(command)}: it is another file than the one granted`,
      { hint: 'Grant it anew, if it is you who changed it', details: { path: command } },
    )
}

function leadsTo(path: string, real: string): boolean {
  try {
    return realpathSync.native(path) === real
  } catch {
    return false
  }
}

/** What on the way to a file somebody other than root and this user could change. */
function whatOthersChange(path: string): { state: string; hint: string } | undefined {
  const user = process.getuid?.() ?? 0
  let below: Stats | undefined
  for (let part = path; ; part = dirname(part)) {
    const facts = lstatSync(part)
    if (facts.uid !== 0 && facts.uid !== user)
      return {
        state: `"${part}" belongs to another user`,
        hint: 'Grant one that is of the system or your own',
      }
    // In a folder with the sticky bit nobody takes away what is another's, as in /tmp.
    const isSticky = below !== undefined && (facts.mode & 0o1000) !== 0
    if (!facts.isSymbolicLink() && (facts.mode & 0o022) !== 0 && !isSticky)
      return { state: `others may write to "${part}"`, hint: `Close it: chmod go-w ${part}` }
    if (part === '/') return undefined
    below = facts
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function refused(command: string, state: string, hint?: string): SandboxError {
  return new SandboxError(
    'MB_SANDBOX_POLICY',
    `Cannot grant the command ${JSON.stringify(command)}: ${state}`,
    { hint, details: { path: command } },
  )
}
