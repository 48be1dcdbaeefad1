import type { StateCore, Token } from 'markdown-it'
import { linkAddress } from './link-address.ts'
import { textOf } from './text-of.ts'

/**
 * The most that the addresses of a README take in all. One definition may be used a hundred thousand times: a README of 256 KiB could
 * otherwise become gigabytes.
 */
const mostCharacters = 512 * 1024

/** Leaves links that lead where they may, the text of the others, and links in place of pictures, which would tell who reads this. */
export function fitLinks({ tokens, Token: make }: StateCore): void {
  let left = mostCharacters
  const fit = (written: string): string | undefined => {
    const address = linkAddress(written)
    left -= address?.length ?? 0
    return left < 0 ? undefined : address
  }
  for (const block of tokens)
    if (block.type === 'inline') block.children = fitInline(block.children ?? [], fit, make)
}

function fitInline(
  tokens: readonly Token[],
  fit: (written: string) => string | undefined,
  make: typeof Token,
): Token[] {
  const kept: Token[] = []
  let address: string | undefined
  let isInLink = false
  for (const token of tokens) {
    switch (token.type) {
      case 'link_open':
        isInLink = true
        address = fit(String(token.attrGet('href') ?? ''))
        if (address !== undefined) kept.push(link(token, address))
        break
      case 'link_close':
        isInLink = false
        if (address !== undefined) kept.push(token)
        break
      case 'image':
        kept.push(
          ...insteadOf(token, isInLink ? undefined : fit(String(token.attrGet('src') ?? '')), make),
        )
        break
      default:
        kept.push(token)
    }
  }
  return kept
}

function link(token: Token, address: string): Token {
  token.attrs = address.startsWith('#')
    ? [['href', address]]
    : [
        ['href', address],
        ['rel', 'nofollow ugc noopener'],
      ]
  return token
}

/** A picture as its words, which lead to it when it is somewhere on the web. */
function insteadOf(
  image: Token,
  address: string | undefined,
  make: typeof Token,
): readonly Token[] {
  const words = new make('text', '', 0)
  words.content = textOf(image.children).trim()
  if (address === undefined) return [words]
  words.content = words.content === '' ? 'Picture' : `Picture: ${words.content}`
  return [link(new make('link_open', 'a', 1), address), words, new make('link_close', 'a', -1)]
}
