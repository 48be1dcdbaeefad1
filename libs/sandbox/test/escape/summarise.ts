import type { AreaOutcome } from './attack.ts'

/** Who tried on which backend, and what came of it; a reason where nothing could be tried. */
export interface Round {
  readonly backend: string
  readonly user: string
  readonly outcomes: readonly AreaOutcome[]
  readonly reason?: string
}

/** A round in numbers. Forms of one mechanism count once, by the worst that came of one of them. */
export interface Summary {
  readonly backend: string
  readonly user: string
  /** Mechanisms of which at least one form was tried, with a control that worked. */
  readonly mechanisms: number
  readonly forms: number
  readonly stopped: number
  readonly escaped: number
  readonly failed: number
  readonly skipped: number
}

/** Counts what came of a round. */
export function summarise({ backend, user, outcomes }: Round): Summary {
  const mechanisms = [
    ...Map.groupBy(
      outcomes,
      ({ area, name, variantOf }) => `${area}: ${variantOf ?? name}`,
    ).values(),
  ]
  const escaped = mechanisms.filter((forms) => hasVerdict(forms, 'escaped'))
  const failed = mechanisms.filter(
    (forms) => hasVerdict(forms, 'failed') && !hasVerdict(forms, 'escaped'),
  )
  const stopped = mechanisms.filter(
    (forms) => hasVerdict(forms, 'denied', 'contained') && !hasVerdict(forms, 'escaped', 'failed'),
  )
  const tried = escaped.length + failed.length + stopped.length
  return {
    backend,
    user,
    mechanisms: tried,
    forms: outcomes.filter(({ verdict }) => verdict !== 'skipped').length,
    stopped: stopped.length,
    escaped: escaped.length,
    failed: failed.length,
    skipped: mechanisms.length - tried,
  }
}

const hasVerdict = (
  forms: readonly AreaOutcome[],
  ...verdicts: readonly AreaOutcome['verdict'][]
): boolean => forms.some(({ verdict }) => verdicts.includes(verdict))

/** The rounds as a table, and after it whatever was not stopped, with the reason. */
export function printRounds(rounds: readonly Round[]): string {
  const heads = [
    'backend',
    'user',
    'tried',
    'of them forms',
    'denied or contained',
    'escaped',
    'failed',
    'skipped',
  ]
  const rows = rounds.map((round) => {
    const { backend, user, mechanisms, forms, stopped, escaped, failed, skipped } = summarise(round)
    const numbers = [mechanisms, forms, stopped, escaped, failed, skipped].map(String)
    return round.reason === undefined
      ? [backend, user, ...numbers]
      : [backend, user, ...numbers.map(() => '-')]
  })
  const widths = heads.map((head, column) =>
    Math.max(...[heads, ...rows].map((row) => (row[column] ?? head).length)),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  const notes = rounds.flatMap(({ backend, user, outcomes, reason }) => {
    const left = outcomes.filter(({ verdict }) => verdict !== 'denied' && verdict !== 'contained')
    const told = left.map(
      ({ verdict, area, name, detail }) => `  ${verdict}  ${area}: ${name}: ${detail}`,
    )
    const all = reason === undefined ? told : [`  skipped  all of it: ${reason}`]
    return all.length === 0 ? [] : ['', `${backend}, ${user}:`, ...all]
  })
  return [heads, widths.map((width) => '-'.repeat(width)), ...rows]
    .map(line)
    .concat(notes)
    .join('\n')
}
