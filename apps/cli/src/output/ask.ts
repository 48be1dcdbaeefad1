import { CliError } from '../cli-error.ts'

/** The terminal that a question goes to. */
export interface QuestionTerminal {
  readonly stdin: NodeJS.ReadStream
  readonly stderr: NodeJS.WriteStream
  readonly signal: AbortSignal
}

/**
 * Asks a yes-or-no question; what is just confirmed with Enter means no.
 *
 * @throws CliError `MB_CLI_INTERRUPTED` when the answer is Ctrl-C or Escape
 */
export async function ask(question: string, terminal: QuestionTerminal): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({
    message: question,
    initialValue: false,
    input: terminal.stdin,
    output: terminal.stderr,
    signal: terminal.signal,
  })
  if (isCancel(answer))
    throw new CliError('MB_CLI_INTERRUPTED', 'Cannot go on: the question was not answered')
  return answer
}
