import { setTimeout as delay } from 'node:timers/promises'
import { measureCpu, type MeasureOptions, type Program } from './measure-cpu.ts'
import { median, pairedDifference, pairedRatio, spread } from './statistics.ts'

/** How often, and how, programs are measured. */
export interface InterleaveOptions extends MeasureOptions {
  /**
   * Rounds, each of which measures every program once.
   *
   * @default 25
   */
  readonly runs?: number
}

/** What a program cost over all rounds, in milliseconds: of CPU, or on the clock. */
export interface Measured {
  readonly samples: readonly number[]
  readonly median: number
  /** Quartiles, such as `41.2–43.0`. */
  readonly spread: string
  /** How many times the other, round by round. */
  ratioTo(other: Measured): number
  /** How many milliseconds more than the other, round by round. */
  differenceTo(other: Measured): number
}

/**
 * Measures programs in turns, so that whatever else the machine does meets all of them alike. A round that is not counted
 * goes first and warms the caches; who begins a round changes from one to the next.
 */
export async function interleave<Name extends string>(
  programs: Readonly<Record<Name, Program>>,
  options: InterleaveOptions = {},
): Promise<Readonly<Record<Name, Measured>>> {
  const { runs = 25, ...measure } = options
  return takeTurns(programs, runs, async (program, isWarming) =>
    measureCpu(program, isWarming ? { ...measure, batch: 1 } : measure),
  )
}

/** How often calls are timed. */
export interface TimeCallsOptions {
  /**
   * Rounds, each of which makes every call once.
   *
   * @default 25
   */
  readonly runs?: number
  /**
   * Rest before each call, in which what the one before left to do is done.
   *
   * @default 15
   */
  readonly pauseMs?: number
}

/** Times calls in turns by the clock, as {@link interleave} measures programs. */
export async function timeCalls<Name extends string>(
  calls: Readonly<Record<Name, () => Promise<unknown>>>,
  options: TimeCallsOptions = {},
): Promise<Readonly<Record<Name, Measured>>> {
  const { runs = 25, pauseMs = 15 } = options
  return takeTurns(calls, runs, async (call) => {
    await delay(pauseMs)
    const started = performance.now()
    await call()
    return performance.now() - started
  })
}

async function takeTurns<Name extends string, Subject>(
  subjects: Readonly<Record<Name, Subject>>,
  runs: number,
  measure: (subject: Subject, isWarming: boolean) => Promise<number>,
): Promise<Readonly<Record<Name, Measured>>> {
  if (!Number.isSafeInteger(runs) || runs < 1) throw new RangeError(`Cannot measure ${runs} runs`)
  const tracks = Object.entries<Subject>(subjects).map(([name, subject]) => ({
    name,
    subject,
    samples: new Array<number>(),
  }))
  for (const { subject } of tracks) await measure(subject, true)
  for (let round = 0; round < runs; round++) {
    for (const { subject, samples } of rotated(tracks, round)) {
      samples.push(await measure(subject, false))
    }
  }
  const entries = tracks.map(({ name, samples }) => [name, summarize(samples)])
  return Object.fromEntries(entries)
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % Math.max(items.length, 1)
  return [...items.slice(start), ...items.slice(0, start)]
}

function summarize(samples: readonly number[]): Measured {
  return {
    samples,
    median: median(samples),
    spread: spread(samples),
    ratioTo: (other) => pairedRatio(samples, other.samples),
    differenceTo: (other) => pairedDifference(samples, other.samples),
  }
}
