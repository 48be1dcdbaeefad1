import { describe, expect, it } from 'vitest'
import { spinner } from './progress.ts'

function recorder(): { readonly written: string[]; write(text: string): void } {
  const written: string[] = []
  return { written, write: (text) => void written.push(text) }
}

describe('spinner()', () => {
  it('during() says nothing of work that takes less than a second', async () => {
    const sink = recorder()
    expect(await spinner(sink).during('Working', Promise.resolve(7))).toBe(7)
    expect(sink.written).toEqual([])
  })

  it('tell() writes a line with the share, and drops what comes too fast', () => {
    const sink = recorder()
    const progress = spinner(sink)
    progress.tell('Reading', 0.254)
    progress.tell('Reading', 0.5)
    expect(sink.written).toEqual(['25 % Reading\n'])
  })

  it('tell() makes escape sequences harmless', () => {
    const sink = recorder()
    spinner(sink).tell('a\u001b[2Jb')
    expect(sink.written.join('')).not.toContain('\u001b')
  })
})
