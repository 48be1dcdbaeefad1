/** A fenced block of a page, or of a comment. */
export interface CodeBlock {
  /** From the root, such as `libs/kernel/README.md`. */
  readonly file: string
  /** Line of the opening fence, from 1. */
  readonly line: number
  /** Number of lines between the fences. */
  readonly length: number
  /** First word behind the fence, such as `ts`; empty where there is none. */
  readonly language: string
  /** Further words behind the fence: `no-run`, `reason="…"`, `in=repository`, `background`. */
  readonly attributes: ReadonlyMap<string, string>
  readonly code: string
}

const fence = /^(?<indent> *)(?<ticks>`{3,}|~{3,})(?<info>[^`]*)$/

/** The fenced blocks of a text in Markdown, in order. One that is never closed reaches to the end, as CommonMark has it. */
export function codeBlocks(file: string, markdown: string): readonly CodeBlock[] {
  const lines = markdown.split('\n')
  const blocks: CodeBlock[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const opening = fence.exec(lines[index] ?? '')?.groups
    if (opening === undefined) continue
    const { indent = '', ticks = '', info = '' } = opening
    const start = index + 1
    const end = closingLine(lines, start, ticks)
    const [language = '', ...words] = splitInfo(info)
    blocks.push({
      file,
      line: index + 1,
      length: end - start,
      language,
      attributes: new Map(words.map(splitAttribute)),
      code: lines
        .slice(start, end)
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()))
        .join('\n'),
    })
    index = end
  }
  return blocks
}

/** `file:line language`, which is what a block is called in reports. */
export function blockTitle({ file, line, language }: CodeBlock): string {
  return `${file}:${line} ${language}`
}

/** The page with the content of one of its blocks replaced; the lines before that block stay where they are. */
export function replaceBlock(markdown: string, block: CodeBlock, code: string): string {
  const lines = markdown.split('\n')
  return lines.toSpliced(block.line, block.length, ...code.split('\n')).join('\n')
}

function closingLine(lines: readonly string[], start: number, ticks: string): number {
  const closing = new RegExp(`^ *${ticks}${ticks[0] ?? ''}* *$`)
  const found = lines.findIndex((line, index) => index >= start && closing.test(line))
  return found === -1 ? lines.length : found
}

function splitInfo(info: string): readonly string[] {
  return info.match(/[^\s"=]+="[^"]*"|\S+/g) ?? []
}

function splitAttribute(word: string): [string, string] {
  const [, name = word, value = ''] = /^([^=]+)="?([^"]*)"?$/.exec(word) ?? []
  return [name, value]
}
