import { root } from '../workspaces.ts'
import type { BlockResult } from './block-result.ts'
import type { CodeBlock } from './code-blocks.ts'
import { openPageHome, type PageHome, type ScriptOptions } from './page-home.ts'
import { formatTranscript, maskOutput, parseTranscript } from './transcript.ts'

/** What came of a transcript: beside the result, how the block reads with what was really printed. */
export interface ShellResult extends BlockResult {
  /** Set for a transcript that differs from what was printed. */
  readonly captured?: string
}

/** Runs the `sh` and `console` blocks of one page, in order and in one home. */
export async function runPage(
  blocks: readonly CodeBlock[],
  env: Readonly<Record<string, string>>,
): Promise<readonly ShellResult[]> {
  await using home = await openPageHome(env)
  const results: ShellResult[] = []
  for (const block of blocks) {
    const started = performance.now()
    const outcome = await runBlock(block, home)
    results.push({ block, ...outcome, ms: performance.now() - started })
  }
  return results
}

function runBlock(
  block: CodeBlock,
  home: PageHome,
): Promise<{ readonly failure: string | undefined; readonly captured?: string }> {
  return block.language === 'console' ? runTranscript(block, home) : runScript(block, home)
}

async function runScript(
  block: CodeBlock,
  home: PageHome,
): Promise<{ readonly failure: string | undefined }> {
  const { code, output } = await home.run(block.code, placeOf(block))
  return { failure: code === 0 ? undefined : `exit code ${code}\n${output}` }
}

async function runTranscript(
  block: CodeBlock,
  home: PageHome,
): Promise<{ readonly failure: string | undefined; readonly captured?: string }> {
  const said = parseTranscript(block.code)
  const printed = []
  for (const { command } of said) {
    const { output } = await home.run(command, placeOf(block))
    printed.push({ command, output })
  }
  const captured = formatTranscript(printed)
  if (maskOutput(captured) === maskOutput(block.code)) return { failure: undefined }
  const failure = `it prints something else now; --update captures it anew\n${differences(block.code, captured)}`
  return { failure, captured }
}

/** Lines that only one of the two has. */
function differences(before: string, after: string): string {
  const [was, is] = [before.split('\n'), after.split('\n')]
  return [...only(was, is, '-'), ...only(is, was, '+')].join('\n')
}

function only(
  lines: readonly string[],
  others: readonly string[],
  sign: string,
): readonly string[] {
  const known = new Set(others.map(maskOutput))
  return lines.filter((line) => !known.has(maskOutput(line))).map((line) => `${sign} ${line}`)
}

/** `in=repository` is for what is done in a checkout, and `background` for what the rest of the page talks to. */
function placeOf({ attributes }: CodeBlock): ScriptOptions {
  return {
    isBackground: attributes.has('background'),
    ...(attributes.get('in') === 'repository' ? { directory: root } : {}),
  }
}
