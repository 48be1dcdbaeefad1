import type { Token } from 'markdown-it'

/** What a heading, or the words for a picture, read as. */
export function textOf(tokens: readonly Token[] | null | undefined): string {
  return (tokens ?? []).map(textOfOne).join('')
}

function textOfOne({ type, content, children }: Token): string {
  if (type === 'softbreak' || type === 'hardbreak') return ' '
  return type === 'image' ? textOf(children) : content
}
