import { readFileSync } from 'node:fs'
import type { Launch } from '../../jail/launch.ts'
import { callNumber, loaderCalls } from '../../seccomp/system-calls.ts'
import { containerArguments, meetingPlace } from './container-arguments.ts'
import type { ContainerPlace } from './start-container.ts'

/** The arguments of the engine, with the first process at their end. */
export function runArguments(
  launch: Launch,
  { engine, folder, name, plan }: ContainerPlace,
  { image, hasInput }: { readonly image: string; readonly hasInput: boolean },
): readonly string[] {
  const calls = (['keyctl', 'prlimit64', 'prctl', 'wait4'] as const).map((call) =>
    String(callNumber(loaderCalls[call], launch.architecture)),
  )
  const order = {
    kind: engine.kind,
    name,
    image,
    folder,
    user: process.getuid?.() ?? 0,
    group: process.getgid?.() ?? 0,
    ulimits: {
      nofile: ownLimit('Max open files'),
      nproc: Math.min(mostThreads, ownLimit('Max processes')),
    },
    hasInput,
  }
  return [
    ...containerArguments(plan, order),
    // Whatever the engine puts into the environment is of no use inside.
    '/usr/bin/env',
    '-i',
    ...launch.build.command,
    meetingPlace,
    launch.channel ? '1' : '0',
    ...calls,
  ]
}

// The engine's own processes may allow less than this one.
const mostThreads = 4096

/** What the first process is told to run, and under what: no list of processes shows it. */
export function encodeOrder(launch: Launch, { plan, cwd }: ContainerPlace): Buffer {
  const limits = launch.resourceLimits.map(
    ({ resource, soft, hard }) => `${resource} ${soft} ${hard}`,
  )
  const variables = Object.entries(plan.env).map(([name, value]) => `${name}=${value}`)
  const parts = [
    Buffer.from(limits.join('\n')),
    Buffer.from(variables.join('\0')),
    Buffer.from(cwd),
    plan.filter,
    Buffer.from([...gate(launch.threads), ...launch.command].join('\0')),
  ]
  const body = Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]))
  return Buffer.concat([lengthOf(body), body])
}

/** As the gate of the others, with nothing to say and no stream to give back. */
function gate(threads: number | undefined): readonly string[] {
  const limit =
    threads === undefined ? '' : `ulimit -p ${threads} 2>/dev/null || ulimit -u ${threads}; `
  return ['/bin/sh', '-c', `${limit}kill -STOP $$; exec "$@"`, 'sandbox']
}

function lengthOf({ length }: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

const mostWithoutLimit = 1_048_576

/** Engines ask for more than this process may allow, where they are not told. */
function ownLimit(name: string): number {
  const line = readFileSync('/proc/self/limits', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(name))
  const hard = Number(line?.slice(name.length).trim().split(/\s+/)[1])
  return Number.isSafeInteger(hard) ? hard : mostWithoutLimit
}
