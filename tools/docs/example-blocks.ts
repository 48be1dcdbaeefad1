import { codeBlocks, type CodeBlock } from './code-blocks.ts'

const comment = /\/\*\*.*?\*\//gs

/** The fenced blocks in the TSDoc comments of a source file, at their lines in it. */
export function exampleBlocks(file: string, source: string): readonly CodeBlock[] {
  return [...source.matchAll(comment)].flatMap(({ 0: text, index }) => {
    const before = source.slice(0, index).split('\n').length - 1
    return codeBlocks(file, withoutStars(text)).map((block) => ({
      ...block,
      line: block.line + before,
    }))
  })
}

function withoutStars(text: string): string {
  return text.replaceAll(/^[ \t]*\*(?: |$)/gm, '').replaceAll('*\\/', '*/')
}
