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

/** What a program cost over all rounds, in milliseconds of CPU. */
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
  if (!Number.isSafeInteger(runs) || runs < 1) throw new RangeError(`Cannot measure ${runs} runs`)
  const tracks = Object.entries<Program>(programs).map(([name, program]) => ({
    name,
    program,
    samples: new Array<number>(),
  }))
  for (const { program } of tracks) await measureCpu(program, { ...measure, batch: 1 })
  for (let round = 0; round < runs; round++) {
    for (const track of rotated(tracks, round)) {
      track.samples.push(await measureCpu(track.program, measure))
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
