import type { Duplex } from 'node:stream'
import type { Violation } from '../sandbox.ts'
import { callNumber, deniedCalls, judgedCalls, type Architecture } from './system-calls.ts'

/** The denied calls that the first process of a jail tells of, which counts them: `denied NUMBER:COUNT ...` */
export class DenialCounts {
  readonly #names: ReadonlyMap<number, string>
  #counts: ReadonlyMap<number, number> = new Map()
  #rest = ''

  constructor(socket: Duplex, architecture: Architecture) {
    this.#names = namesOf(architecture)
    socket.on('data', (text: string) => this.#take(text))
  }

  /** Those that were told so far. */
  get violations(): readonly Violation[] {
    return [...this.#counts].map(([call, count]) => ({
      kind: 'system-call',
      name: this.#names.get(call) ?? `system call ${call}`,
      count,
    }))
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop()?.slice(0, longestLine) ?? ''
    for (const line of lines)
      if (/^denied(?: \d+:\d+)+$/.test(line))
        this.#counts = new Map(
          [...line.matchAll(/(\d+):(\d+)/g)].map(([, call, count]) => [
            Number(call),
            Number(count),
          ]),
        )
  }
}

const longestLine = 8192

function namesOf(architecture: Architecture): ReadonlyMap<number, string> {
  const denied = Object.values(deniedCalls).flatMap(({ calls }) => Object.entries(calls))
  return new Map(
    [...denied, ...Object.entries(judgedCalls)].flatMap(([name, numbers]) => {
      const call = callNumber(numbers, architecture)
      return call === undefined ? [] : [[call, name]]
    }),
  )
}
