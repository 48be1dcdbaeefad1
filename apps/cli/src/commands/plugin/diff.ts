import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import {
  compareLockfiles,
  findProject,
  parseLockfile,
  readLockfile,
  type Lockfile,
  type LockfileChange,
} from '@mb/plugin-core'
import { CliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { lockfileMarkdown } from './lockfile-markdown.ts'
import { showLockfileChanges } from './lockfile-screen.ts'

/** What is other between two lockfiles. */
interface Difference {
  readonly changes: readonly LockfileChange[]
  /** The same as Markdown, when that was wanted. */
  readonly markdown?: string
}

/** Compares two lockfiles. */
export async function run(invocation: Invocation, context: Context): Promise<Difference> {
  const { lockfile } = findProject(context.workspace)
  const before = await lockfileOf(invocation.argument('before'), lockfile, context)
  const other = invocation.optionalArgument('after')
  const after =
    other === undefined ? await fileOf(lockfile) : await lockfileOf(other, lockfile, context)
  const changes = compareLockfiles(before, after)
  return invocation.has('markdown') ? { changes, markdown: lockfileMarkdown(changes) } : { changes }
}

/** Shows it. */
export function render({ changes, markdown }: Difference, output: Output): void {
  if (markdown === undefined) showLockfileChanges(changes, output)
  else output.text(markdown)
}

async function lockfileOf(name: string, usual: string, context: Context): Promise<Lockfile> {
  const path = resolve(context.workspace, name)
  return existsSync(path) ? await fileOf(path) : await revisionOf(name, usual, context)
}

async function fileOf(path: string): Promise<Lockfile> {
  const lockfile = await readLockfile(path)
  if (lockfile !== undefined) return lockfile
  throw new CliError(
    'MB_CLI_SOURCE_MISSING',
    `Cannot compare "${path}": there is no such lockfile`,
    {
      hint: 'Make it with mb plugin lock, or name two lockfiles',
    },
  )
}

const maxBytes = 8 * 1024 * 1024
// A repository may be a stranger's: nothing that its settings name is started, and nothing is fetched.
const harmless = ['-c', 'core.fsmonitor=false', '-c', 'protocol.allow=never']

/** The lockfile of a revision; one that had none yet pinned nothing. */
async function revisionOf(revision: string, lockfile: string, context: Context): Promise<Lockfile> {
  const git = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('git', [...harmless, ...words], {
      cwd: dirname(lockfile),
      maxBuffer: maxBytes,
      signal: context.signal,
      env: { ...context.env, GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0' },
    })
    return stdout
  }
  const commit = await commitOf(revision, git, context)
  const name = `${commit}:./${basename(lockfile)}`
  try {
    await git('cat-file', '-e', name)
  } catch {
    context.signal.throwIfAborted()
    return { sets: {}, plugins: {} }
  }
  return parseLockfile(await git('cat-file', 'blob', name), `${revision}:${basename(lockfile)}`)
}

async function commitOf(
  revision: string,
  git: (...words: readonly string[]) => Promise<string>,
  { signal }: Pick<Context, 'signal'>,
): Promise<string> {
  try {
    const found = await git(
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${revision}^{commit}`,
    )
    return found.trim().split('\n').at(-1) ?? ''
  } catch (cause) {
    signal.throwIfAborted()
    throw new CliError(
      'MB_CLI_SOURCE_MISSING',
      `Cannot compare ${JSON.stringify(revision.slice(0, 200))}: it is neither a lockfile nor a revision of git here`,
      { hint: 'Name a file, or a revision such as origin/main', cause },
    )
  }
}
