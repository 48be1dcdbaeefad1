import { resolve } from 'node:path'
import { testPlugin } from '@mb/sdk'
import type { Context } from '../../context.ts'
import { formatDuration } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { text } from '../../output/style.ts'

type TestRun = Awaited<ReturnType<typeof testPlugin>>

/** Runs the plugin's tests. */
export async function run(invocation: Invocation, context: Context): Promise<TestRun> {
  return testPlugin(resolve(context.workspace, invocation.argument('directory')), {
    // With --json standard output carries our value alone.
    stdio: context.settings.isJson ? 'pipe' : 'inherit',
    signal: context.signal,
  })
}

/** Says how they ended. */
export function render({ ok, ms }: TestRun, output: Output): void {
  const { style } = output
  if (ok) output.line(text`${style.good('✓')} The tests passed in ${formatDuration(ms)}`)
  else output.line(text`${style.bad('✗')} The tests failed after ${formatDuration(ms)}`)
}

/** Failed, when a test did. */
export function exitCode({ ok }: TestRun): number {
  return ok ? 0 : 1
}
