import { describe, expect, it } from 'vitest'
import { checkSyntax } from './check-syntax.ts'
import { codeBlocks } from './code-blocks.ts'

function complaints(markdown: string): readonly (string | undefined)[] {
  return codeBlocks('a.md', markdown).map(checkSyntax)
}

describe('checkSyntax()', () => {
  it('refuses broken json and yaml, and lets others be', () => {
    const markdown = '```json\n{ a }\n```\n```yaml\na: [\n```\n```rust\nfn\n```\n```json\n{}\n```'
    expect(complaints(markdown)).toEqual([
      expect.stringContaining('JSON'),
      expect.stringContaining('Flow sequence'),
      undefined,
      undefined,
    ])
  })

  it('reads jsonl line by line', () => {
    const markdown = '```jsonl\n{}\n[1]\n```\n```jsonl\n{}\n{\n```'
    expect(complaints(markdown)).toEqual([undefined, expect.stringContaining('JSON')])
  })
})
