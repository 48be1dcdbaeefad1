import type { LockfileChange } from '@mb/plugin-core'
import { describe, expect, it } from 'vitest'
import { lockfileMarkdown } from './lockfile-markdown.ts'

const added: LockfileChange = {
  id: 'acme/pdf',
  kind: 'added',
  gains: [],
  loses: [],
  optionalGains: [],
  isOtherSigner: false,
  isOtherRepository: false,
}

describe('lockfileMarkdown()', () => {
  it('leaves words of strangers words: no markup, no link, no row, no mention', () => {
    const words = 'Read | <img src=x> [here](https://evil.example) @ada **all**\n| x | `y` \u202e'
    const text = lockfileMarkdown([
      { ...added, gains: [{ kind: 'env', target: 'X', words, risk: 'high' }] },
    ])
    const [row = ''] = text.split('\n').slice(4)
    expect(text.split('\n')).toHaveLength(6)
    expect(row.split(/(?<!\\)\|/)).toHaveLength(7)
    expect(row).not.toMatch(/<img|(?<!\\)\[|(?<!\\)@|(?<!\\)\*|(?<!\\)`|\u202e|https:\/\//)
  })

  it('says that nothing changed', () => {
    expect(lockfileMarkdown([])).toBe('No plugin is other than before.\n')
  })
})
