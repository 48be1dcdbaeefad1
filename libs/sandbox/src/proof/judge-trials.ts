import { constants } from 'node:os'
import type { Trial } from '../jail/jail-builder.ts'
import type { ReceiptItem } from '../receipt.ts'
import type { Finding } from './finding.ts'

/** What a process tried of itself just before it became the program. */
export interface Tried {
  readonly trials: readonly Trial[]
  readonly tried: ReadonlyMap<string, number>
}

/** Whether each trial of an item failed as it has to. One that was not made proves nothing. */
export function judgeTrials(item: ReceiptItem, { trials, tried }: Tried): Finding {
  const ofItem = trials.filter((trial) => trial.item === item)
  const outcomes = ofItem.map(({ words, expected }) => {
    const answer = tried.get(words)
    const isRight = answer !== undefined && expected.includes(answer)
    return { isRight, words: `${words}: ${nameError(answer)}` }
  })
  const wrong = outcomes.filter(({ isRight }) => !isRight)
  return {
    proved: outcomes.length > 0 && wrong.length === 0,
    evidence: (wrong.length > 0 ? wrong : outcomes).map(({ words }) => words).join(', '),
  }
}

/** The name of a system call's error. */
export function nameError(number: number | undefined): string {
  if (number === undefined) return 'no answer'
  if (number === 0) return 'success'
  const known = Object.entries(constants.errno).find(([, value]) => value === number)
  return known?.[0] ?? `error ${number}`
}
