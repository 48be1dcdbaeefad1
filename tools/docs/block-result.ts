import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../workspaces.ts'
import { blockTitle, type CodeBlock } from './code-blocks.ts'

/** What came of a block. */
export interface BlockResult {
  readonly block: CodeBlock
  /** Why it failed; `undefined` when it did not. */
  readonly failure: string | undefined
  readonly ms: number
}

/** Writes the results in vitest's JSON form, so that they are counted with the tests. */
export async function writeReport(file: string, results: readonly BlockResult[]): Promise<void> {
  const pages = Map.groupBy(results, ({ block }) => block.file)
  const testResults = [...pages].map(([page, ofPage]) => ({
    name: join(root, page),
    status: ofPage.some(({ failure }) => failure !== undefined) ? 'failed' : 'passed',
    message: '',
    assertionResults: ofPage.map(({ block, failure, ms }) => ({
      title: blockTitle(block),
      fullName: blockTitle(block),
      status: failure === undefined ? 'passed' : 'failed',
      duration: ms,
      failureMessages: failure === undefined ? [] : [failure],
    })),
  }))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, JSON.stringify({ testResults }))
}
