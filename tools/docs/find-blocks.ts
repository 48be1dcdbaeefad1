import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../workspaces.ts'
import { codeBlocks, type CodeBlock } from './code-blocks.ts'
import { exampleBlocks } from './example-blocks.ts'

const pages = ['*.md', 'libs/*/*.md', 'apps/*/*.md', 'docs/**/*.md', 'examples/**/*.md']
const sources = ['libs/*/src/**/*.ts', 'apps/*/src/**/*.ts']

/** Every block of the documentation: pages first, then the examples in comments. */
export async function findBlocks(): Promise<readonly CodeBlock[]> {
  const [markdown, comments] = await Promise.all([
    readBlocks(pages, codeBlocks),
    readBlocks(sources, exampleBlocks),
  ])
  return [...markdown, ...comments]
}

async function readBlocks(
  patterns: readonly string[],
  read: (file: string, text: string) => readonly CodeBlock[],
): Promise<readonly CodeBlock[]> {
  const files: string[] = []
  for await (const file of glob(patterns, { cwd: root, exclude: isForeign })) files.push(file)
  const blocks = await Promise.all(
    files.toSorted().map(async (file) => read(file, await readFile(join(root, file), 'utf8'))),
  )
  return blocks.flat()
}

/** Change logs quote; what was installed or built is not ours to run. */
function isForeign(name: string): boolean {
  return /(?:^|\/)(?:CHANGELOG\.md|node_modules|dist|templates)$|\.test\.ts$/.test(name)
}
