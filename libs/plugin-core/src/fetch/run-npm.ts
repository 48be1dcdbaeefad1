import { spawn } from 'node:child_process'
import { errorCode } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import { z } from 'zod'
import { sourceError } from './source-error.ts'

/** How npm is started. */
export interface NpmOptions {
  /** What is fetched, for errors. */
  readonly shown: string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

// What it says of one package; the rest of a flood is not kept.
const maxOutput = 4 * 1024 * 1024
// Between the wish that it ends, and its end.
const graceMs = 2000

/**
 * Runs the person's npm, without a shell.
 *
 * @returns its standard output
 * @throws PluginError `MB_SOURCE_NPM`, `MB_SOURCE_NOT_FOUND`, `MB_SOURCE_FETCH`; the reason of the signal
 */
export async function runNpm(args: readonly string[], options: NpmOptions): Promise<string> {
  const { shown, cwd, env, signal } = options
  signal.throwIfAborted()
  const child = spawn('npm', args, {
    cwd,
    env: quietEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      if (texts[name].length + chunk.length <= maxOutput) texts[name] += chunk
    })
  const stop = (): void => {
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), graceMs).unref()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    const code = await ending(child)
    signal.throwIfAborted()
    if (code === 0) return texts.stdout
    throw failure(texts, options)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    throw sourceError('MB_SOURCE_NPM', shown, 'there is no npm on this machine', {
      hint: 'Install Node with npm, or fetch the archive yourself and name the file',
      cause: error,
    })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function ending(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
}

// What would have it pack something else, or elsewhere, than it is told.
const disturbing =
  /^npm_config_(?:workspaces?|include_workspace_root|dry_run|json|pack_destination|package|prefix)$/i

/** The person's own variables, so their settings, without what makes npm talk or run something. */
function quietEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !disturbing.test(name.replaceAll('-', '_')))
  return {
    ...Object.fromEntries(kept),
    npm_config_ignore_scripts: 'true',
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_progress: 'false',
  }
}

const answer = z.object({ error: z.object({ code: z.string(), summary: z.string().catch('') }) })

function failure(
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
  { shown }: NpmOptions,
): Error {
  const { code, summary } = readFailure(stdout) ?? readErrorLines(stderr)
  const reason = `npm says ${neutralText(code, 40)}${summary === '' ? '' : `: ${neutralText(summary, 200)}`}`
  if (code === 'E404' || code === 'ETARGET' || code === 'ENOVERSIONS')
    return sourceError('MB_SOURCE_NOT_FOUND', shown, reason, {
      hint: 'Look at its name and its versions with npm view',
    })
  return sourceError(networkCodes.has(code) ? 'MB_SOURCE_FETCH' : 'MB_SOURCE_NPM', shown, reason, {
    hint: 'Try the same with npm pack, which tells more',
  })
}

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'ENETUNREACH',
  'ERR_SOCKET_TIMEOUT',
  'FETCH_ERROR',
])

interface Failure {
  readonly code: string
  readonly summary: string
}

function readFailure(stdout: string): Failure | undefined {
  try {
    return answer.parse(JSON.parse(stdout)).error
  } catch {
    return undefined
  }
}

function readErrorLines(stderr: string): Failure {
  const lines = stderr.split('\n').flatMap((line) => /^npm error (.*)$/.exec(line)?.[1] ?? [])
  const code = lines.flatMap((line) => /^code (\S+)$/.exec(line)?.[1] ?? [])[0]
  const summary = lines.find((line) => !/^(?:code|errno|syscall|path) /.test(line)) ?? ''
  return { code: code ?? 'an error', summary }
}
