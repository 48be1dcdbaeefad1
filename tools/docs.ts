/**
 * `npm run docs`: runs every code block of the pages and of the comments. With `--update`, transcripts are captured anew; with names
 * of files, only their blocks are run.
 *
 * @module
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { countLine, countReports, isGreen } from './count.ts'
import { writeReport, type BlockResult } from './docs/block-result.ts'
import { checkSyntax, isData } from './docs/check-syntax.ts'
import { blockTitle, replaceBlock, type CodeBlock } from './docs/code-blocks.ts'
import { concurrently } from './docs/concurrently.ts'
import { findBlocks } from './docs/find-blocks.ts'
import { judgeFence } from './docs/judge-fence.ts'
import { runPage, type ShellResult } from './docs/run-page.ts'
import { runTypescript } from './docs/run-typescript.ts'
import { startRegistry } from './registry.ts'
import { runStep } from './run-step.ts'
import { root } from './workspaces.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { update: { type: 'boolean', default: false } },
})

const report = join(root, 'tools', 'reports', 'docs.json')
// A run that dies must not leave the counts of the one before it.
await rm(report, { force: true })
const all = await findBlocks()
const chosen = all.filter(({ file }) => positionals.length === 0 || positionals.includes(file))
const blocks = chosen.filter((block) => judgeFence(block).kind === 'run')
const shell = await runShellBlocks(blocks.filter(({ language }) => isShell(language)))
const results: readonly BlockResult[] = [
  ...(await runTypescript(blocks.filter(({ language }) => language === 'ts'))),
  ...(values.update ? await updatePages(shell) : shell),
  ...blocks.filter(({ language }) => isData(language)).map(readData),
  ...chosen.flatMap(resultOfFence),
]
await writeReport(report, results)
for (const result of results) {
  const { block, failure, excuse } = result
  if (failure !== undefined) process.stdout.write(`✗ ${blockTitle(block)}\n${indent(failure)}\n`)
  if (excuse !== undefined) process.stdout.write(`- ${blockTitle(block)}: ${excuse}\n`)
}
const count = await countReports([{ project: 'docs', file: report }])
process.stdout.write(`code blocks: ${countLine(count)}\n`)
process.exitCode = isGreen(count) ? 0 : 1

async function runShellBlocks(of: readonly CodeBlock[]): Promise<readonly ShellResult[]> {
  if (of.length === 0) return []
  const targets = ['-t', 'build', 'types', '--exclude=@mb/tools']
  const built = await runStep('nx', ['run-many', ...targets, '--outputStyle=static'])
  if (built !== 0) throw new Error('Cannot run the docs: the build fails')
  await using registry = await startRegistry()
  const pages = [...Map.groupBy(of, ({ file }) => file).values()]
  return (await concurrently(pages, 2, (page) => runPage(page, registry.env))).flat()
}

/** Writes transcripts as they were printed, and counts them as right. */
async function updatePages(of: readonly ShellResult[]): Promise<readonly BlockResult[]> {
  // From the last block up, so that the lines of the ones above stay right.
  for (const { block, captured } of of.toReversed()) {
    if (captured === undefined) continue
    const file = join(root, block.file)
    await writeFile(file, replaceBlock(await readFile(file, 'utf8'), block, captured))
    process.stdout.write(`captured ${blockTitle(block)}\n`)
  }
  return of.map((result) => (result.captured === undefined ? result : passedAs(result)))
}

function passedAs(result: ShellResult): BlockResult {
  return { block: result.block, failure: undefined, ms: result.ms }
}

function readData(block: CodeBlock): BlockResult {
  return { block, failure: checkSyntax(block), ms: 0 }
}

/** What is settled without running a block. */
function resultOfFence(block: CodeBlock): BlockResult[] {
  const verdict = judgeFence(block)
  if (verdict.kind === 'run') return []
  return verdict.kind === 'wrong'
    ? [{ block, failure: verdict.failure, ms: 0 }]
    : [{ block, failure: undefined, excuse: verdict.reason, ms: 0 }]
}

function isShell(language: string): boolean {
  return language === 'sh' || language === 'console'
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}
