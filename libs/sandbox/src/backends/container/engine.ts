import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { errorCode, homeFolder, isMbError } from '@mb/kernel'
import { missingPart } from '../../machine/missing-part.ts'
import { howToInstall } from '../../machine/how-to-install.ts'
import { findTrusted, type TrustedTool } from '../../machine/trusted-tool.ts'
import { SandboxError } from '../../sandbox-error.ts'

/** A program of the system that runs containers, on this machine. */
export interface Engine {
  readonly kind: 'podman' | 'docker'
  readonly tool: TrustedTool
  readonly version: string
}

let found: Promise<Engine> | undefined

/**
 * Podman, which needs no service, or Docker where its service answers. Asked once in each process: it costs a start.
 *
 * @throws SandboxError `MB_SANDBOX_BACKEND_MISSING`
 */
export async function findEngine(): Promise<Engine> {
  const asking = found ?? askAll()
  found = asking
  // One that is started meanwhile is found the next time.
  asking.catch(() => (found = undefined))
  return asking
}

async function askAll(): Promise<Engine> {
  const tools = (['podman', 'docker'] as const).flatMap((kind) => {
    const tool = findTrusted(kind)
    return tool === undefined ? [] : [{ kind, tool }]
  })
  if (tools.length === 0)
    throw missingPart(
      'neither Podman nor Docker is installed where only root can write',
      howToInstall('podman'),
    )
  const reasons: string[] = []
  for (const { kind, tool } of tools) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the second is for where the first does not answer
      return { kind, tool, version: await askVersion(kind, tool) }
    } catch (error) {
      const [, reason = String(error)] = /: (.*)/.exec(isMbError(error) ? error.message : '') ?? []
      reasons.push(`${kind} does not work for this user (${reason})`)
    }
  }
  throw missingPart(reasons.join(', and '), 'See to what it says, or install the other one')
}

async function askVersion(kind: Engine['kind'], tool: TrustedTool): Promise<string> {
  // Of Docker the service is asked: its program alone runs nothing.
  const field = kind === 'podman' ? '{{.Client.Version}}' : '{{.Server.Version}}'
  const answer = await runEngine({ tool }, ['version', '--format', field])
  return /\d+\.\d+(?:\.\d+)?/.exec(answer)?.[0] ?? 'of unknown version'
}

/**
 * Runs a command of an engine and gives what it printed.
 *
 * @throws SandboxError `MB_SANDBOX_FAILED` with its last words
 */
export async function runEngine(
  { tool }: Pick<Engine, 'tool'>,
  args: readonly string[],
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(tool.path, [...args], {
      env: engineEnvironment(),
      cwd: '/',
      timeout: 30_000,
    })
    return stdout.trim()
  } catch (error) {
    const said = readSaid(error)
    throw engineFailed(said ?? `${String(errorCode(error))} from ${tool.path}`, error)
  }
}

/** The error for what an engine said. */
export function engineFailed(said: string, cause?: unknown): SandboxError {
  const text = said.trim().split('\n').at(-1) ?? ''
  return new SandboxError('MB_SANDBOX_FAILED', `Cannot start a container: ${text}`, {
    hint: /sub[ug]id/.test(text)
      ? howToMapUsers
      : 'Run mb sandbox doctor to see what this machine allows',
    details: { said },
    cause,
  })
}

const howToMapUsers =
  'Give this user numbers for others: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 NAME'

/**
 * What an engine finds of the environment: its own places, and no setting that would have it talk to another machine, whose files
 * and processes would be others.
 */
export function engineEnvironment(
  host: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  const runtime = host['XDG_RUNTIME_DIR']
  const service = host['DOCKER_HOST']
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: homeFolder(),
    LC_ALL: 'C.UTF-8',
    DOCKER_CONTEXT: 'default',
    ...(runtime === undefined ? {} : { XDG_RUNTIME_DIR: runtime }),
    ...(service?.startsWith('unix:///') ? { DOCKER_HOST: service } : {}),
  }
}

function readSaid(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('stderr' in error)) return undefined
  return typeof error.stderr === 'string' && error.stderr.trim() !== '' ? error.stderr : undefined
}
