import { doctor, type DoctorReport } from '@mb/plugin-core'
import { reservedWords } from '../../catalogue.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'

/** Looks at the home, and mends it when told to: without a host, which may be what cannot be opened. */
export async function run(invocation: Invocation, context: Context): Promise<DoctorReport> {
  const { home, signal } = context
  const work = doctor({ home, fix: invocation.has('fix'), reservedWords, signal })
  return await context.progress.during('Looking at what is installed', work)
}

/** Whether something is wrong still. */
export function exitCode({ isHealthy }: DoctorReport): number {
  return isHealthy ? 0 : 1
}

/** Says what was found, the mended first, and what to do about the rest. */
export function render({ findings, isHealthy }: DoctorReport, output: Output): void {
  const { style } = output
  const mended = findings.filter(({ isMended }) => isMended)
  const left = findings.filter(({ isMended }) => !isMended)
  for (const { code, message, path } of mended)
    output.line(
      text`${style.good('✓')} Mended: ${message} ${style.faint(`(${code}${path === undefined ? '' : `: ${path}`})`)}`,
    )
  for (const { code, message, severity, mend, isMendable, path } of left) {
    const mark = severity === 'error' ? style.bad('✗') : style.warning('!')
    output.line(text`${mark} ${message} ${style.faint(`(${code})`)}`)
    if (path !== undefined) output.line(text`    ${style.faint(path)}`)
    output.line(text`    ${isMendable ? text`--fix ${lowerFirst(mend)}` : mend}`)
  }
  if (isHealthy) output.line(text`${style.good('✓')} All is as it should be`)
}

function lowerFirst(sentence: string): string {
  return `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}`
}
