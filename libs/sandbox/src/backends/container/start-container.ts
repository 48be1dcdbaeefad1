import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { findProgram } from '../../jail/find-program.ts'
import type { JailPlan } from '../../jail/jail-plan.ts'
import { parseAccount, parseKeyring } from '../../jail/last-words.ts'
import type { Launch, LaunchedJail } from '../../jail/launch.ts'
import { NamespaceMembers } from '../../jail/namespace-members.ts'
import { LineReader } from '../../loader/line-reader.ts'
import { handOnStreams, relayStreams } from '../../streams/standard-streams.ts'
import { ContainerClient } from './container-client.ts'
import { engineEnvironment, engineFailed, runEngine, type Engine } from './engine.ts'
import { encodeOrder, runArguments } from './init-order.ts'
import { makeImage } from './image.ts'
import { Meeting } from './meeting.ts'
import { scratchOf } from './read-container-files.ts'

/** Where and how one container is made. */
export interface ContainerPlace {
  readonly engine: Engine
  readonly plan: JailPlan
  readonly cwd: string
  /** A folder of this container's alone, where its first process meets the host. */
  readonly folder: string
  readonly name: string
}

/**
 * Starts a container, whose program stops before its first instruction. The first process inside is ours: it takes the filter and the
 * limits, and ends with everything inside when the host does.
 *
 * @throws SandboxError `MB_SANDBOX_FAILED` with what the engine said
 */
export async function startContainer(launch: Launch, place: ContainerPlace): Promise<LaunchedJail> {
  launch.signal?.throwIfAborted()
  const { engine, folder, name, plan } = place
  const image = await makeImage(engine, plan)
  // These refuse what cannot be handed on or mounted: a place to meet would be open by then, and keep this process.
  const streams = handOnStreams(launch)
  const words = runArguments(launch, place, { image, hasInput: streams.stdin !== 'ignore' })
  const control = await Meeting.open(join(folder, 'control'))
  const channel = launch.channel ? await Meeting.open(join(folder, 'channel')) : undefined
  const client = new ContainerClient(
    engine,
    name,
    spawn(engine.tool.path, [...words], {
      env: engineEnvironment(),
      cwd: '/',
      detached: true,
      stdio: [streams.stdin, streams.stdout, streams.stderr],
    }),
  )
  const hangUp = (): void => {
    control.close()
    channel?.close()
  }
  const timeout = setTimeout(hangUp, setupTimeoutMs)
  launch.signal?.addEventListener('abort', hangUp, { once: true })
  try {
    const met = await Promise.race([control.peer, client.gone])
    if (met === undefined) throw engineFailed(client.said)
    const lines = new LineReader(met)
    const init = await findInit(place)
    await enterGroups((await launch.groups?.()) ?? [], init)
    met.write(encodeOrder(launch, place))
    const keyring = await lines.find(parseKeyring)
    const ready = await lines.find((line) => (line === 'ready' ? true : undefined))
    if (ready === undefined) throw engineFailed(lastWords(lines))
    const pid = await findProgram(init)
    const peer: Duplex | undefined = await channel?.peer
    client.hush()
    const relayed = relayStreams(client.child, streams)
    let isGone = false
    const account = lines.find(parseAccount).finally(() => (isGone = true))
    const ended = account.then(async (kept) => {
      await client.gone
      hangUp()
      return (await relayed) ? kept : undefined
    })
    return {
      supervisor: client.child,
      handles: [client.child, ...client.child.stdio, met, peer],
      stdin: launch.stdin === 'pipe' ? client.child.stdin : null,
      stdout: launch.stdout === 'pipe' ? client.child.stdout : null,
      stderr: launch.stderr === 'pipe' ? client.child.stderr : null,
      hasTerminal: streams.hasTerminal,
      channel: peer ?? null,
      pid,
      init,
      members: new NamespaceMembers(init),
      scratch: scratchOf(init),
      keyring,
      tried: new Map(),
      denials: undefined,
      ended,
      isGone: () => isGone,
    }
  } catch (error) {
    hangUp()
    await client.end()
    launch.signal?.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timeout)
    launch.signal?.removeEventListener('abort', hangUp)
  }
}

const setupTimeoutMs = 30_000

/** The number that the first process has outside. */
async function findInit({ engine, name }: ContainerPlace): Promise<number> {
  const answer = await runEngine(engine, ['inspect', '--format', '{{.State.Pid}}', name])
  const init = Number(answer)
  if (Number.isSafeInteger(init) && init > 1) return init
  throw engineFailed(`the engine says that it is process ${answer}`)
}

/** Where that fails the groups are empty, which is seen before anything relies on them. */
async function enterGroups(groups: readonly string[], init: number): Promise<void> {
  await Promise.allSettled(
    groups.map((group) => writeFile(join(group, 'cgroup.procs'), String(init), { flag: 'r+' })),
  )
}

function lastWords({ lines }: LineReader): string {
  const said = lines.findLast((line) => line.startsWith('cannot '))
  return said ?? 'it ended before its program began'
}
