import type { BenchResult } from '../bench-result.ts'

/** Heads of the columns that {@link resultRow} fills. */
export const resultHeads = ['figure', 'median', 'spread', 'ratio', 'rival', 'goal', 'met'] as const

/** A result as the cells of a table. */
export function resultRow(result: BenchResult): readonly string[] {
  return [
    result.name,
    `${readable(result.value)} ${result.unit}`,
    result.spread ?? '',
    result.ratio === undefined ? '' : `${result.ratio.toFixed(2)}×`,
    result.rival ?? '',
    result.goal ?? '',
    verdict(result),
  ]
}

function readable(value: number): string {
  if (Number.isInteger(value)) return String(value)
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1)
}

function verdict({ ok, goal, load }: BenchResult): string {
  if (ok !== null) return ok ? 'yes' : 'NO'
  if (goal === undefined) return ''
  return load === undefined ? 'untold' : `untold at load ${load}`
}
