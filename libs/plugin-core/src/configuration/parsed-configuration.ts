import type { JsonValue } from '@mb/kernel'

/** A place in a file, counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A parsed file, and the way from its keys to where they stand. */
export interface ParsedConfiguration {
  readonly value: JsonValue
  readonly locate: (path: readonly string[]) => Place | undefined
}

/** What is wrong with the text of a file. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem'
  readonly place: Place | undefined

  constructor(message: string, place?: Place) {
    super(message)
    this.place = place
  }
}

/** Whether an error is one. A parser that is bundled into a file of its own has a class of its own, too. */
export function isSyntaxProblem(error: unknown): error is SyntaxProblem {
  return error instanceof Error && error.name === 'SyntaxProblem' && 'place' in error
}
