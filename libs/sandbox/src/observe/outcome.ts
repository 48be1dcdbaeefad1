import { createHash } from 'node:crypto'

/** What a run of a command has come to, in parts that can be compared with another run's. */
export type Outcome = ReadonlyMap<string, string>

/** The outcome of a run. */
export function outcomeOf(
  exit: { readonly code: number | null; readonly signal: string | null },
  printed: { readonly stdout: string; readonly stderr: string },
  changes: ReadonlyMap<string, string>,
): Outcome {
  return new Map([
    ['exit', `${exit.code} ${exit.signal}`],
    ['stdout', printed.stdout],
    ['stderr', printed.stderr],
    ...[...changes].map(([path, state]) => [`file ${path}`, state] as const),
  ])
}

/**
 * Whether a run has done what was steady, and nothing else.
 *
 * @param unsteady names of the parts that may be as they like
 */
export function isSame(outcome: Outcome, steady: Outcome, unsteady: ReadonlySet<string>): boolean {
  for (const [name, part] of steady) if (outcome.get(name) !== part) return false
  for (const name of outcome.keys()) if (!steady.has(name) && !unsteady.has(name)) return false
  return true
}

/** The names of the parts that differ between two runs of the same, and tell nothing, as a time of day does not. */
export function unsteadyParts(first: Outcome, second: Outcome): ReadonlySet<string> {
  const names = new Set([...first.keys(), ...second.keys()])
  return new Set([...names].filter((name) => first.get(name) !== second.get(name)))
}

/** A stream of output, kept as its digest. */
export class PrintedText {
  readonly #hash = createHash('sha256')

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }

  digest(): string {
    return this.#hash.digest('hex')
  }
}
