import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { CommandInvocation } from './define-plugin.ts'

/** Stands for standard input and output, as with most commands. */
export const standardStream = '-'

/**
 * The text that the person named by the argument `file`, and its path.
 *
 * @throws TypeError when the manifest declares no required argument `file`
 */
export async function readNamedFile(
  invocation: CommandInvocation,
): Promise<{ readonly file: string; readonly content: string }> {
  const file = namedPath(invocation, 'file')
  const content = file === standardStream ? await text(process.stdin) : await readFile(file, 'utf8')
  return { file, content }
}

/**
 * The path that the person named by an argument.
 *
 * @throws TypeError when the manifest declares no such required argument
 */
export function namedPath({ arguments: typed }: CommandInvocation, argument: string): string {
  const path = typed[argument]
  if (typeof path === 'string') return path
  throw new TypeError(
    `Cannot tell what was named: the manifest declares no required argument "${argument}" of one value`,
  )
}
