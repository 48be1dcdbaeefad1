import type { Outcome } from './run-program.ts'

/** What a program did, when that was a success; otherwise the end of what it said, thrown. */
export async function must(running: Promise<Outcome>): Promise<Outcome> {
  const outcome = await running
  if (outcome.code === 0) return outcome
  const said = `${outcome.stdout}\n${outcome.stderr}`.trim().split('\n').slice(-30).join('\n')
  throw new Error(`it ended with ${outcome.code ?? 'a signal'}\n${said}`)
}
