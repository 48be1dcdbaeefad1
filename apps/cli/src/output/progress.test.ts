import { describe, expect, it, vi } from 'vitest'
import { spinner, type ProgressLine } from './progress.ts'

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

  it('during() shows what is said, makes room for a question, and leaves nothing behind', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    try {
      const sink = recorder()
      const { promise, resolve } = Promise.withResolvers<void>()
      let line: ProgressLine | undefined
      const work = spinner(sink).during('Fetching\u001b[2J', (shown) => {
        line = shown
        return promise
      })
      vi.advanceTimersByTime(960)
      expect(sink.written).toEqual([])
      vi.advanceTimersByTime(80)
      expect(sink.written).toEqual(['\r\u001b[K⠋ Fetching [2J'])
      line?.clear()
      vi.advanceTimersByTime(1000)
      expect(sink.written.slice(1)).toEqual(['\r\u001b[K'])
      line?.say('Installing')
      vi.advanceTimersByTime(80)
      expect(sink.written.slice(2)).toEqual(['\r\u001b[K⠙ Installing'])
      resolve()
      await work
      expect(sink.written.slice(3)).toEqual(['\r\u001b[K'])
    } finally {
      vi.useRealTimers()
    }
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
