import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askSecret } from './ask-secret.ts'

class Terminal extends PassThrough {
  readonly modes: boolean[] = []

  setRawMode(isRaw: boolean): void {
    this.modes.push(isRaw)
  }
}

interface Asked {
  readonly stdin: Terminal
  readonly answer: Promise<string>
  readonly written: readonly string[]
  readonly abort: AbortController
}

function asked(): Asked {
  const stdin = new Terminal()
  const written: string[] = []
  const abort = new AbortController()
  const stderr = { write: (text: string) => void written.push(text) }
  const answer = askSecret('Token', { stdin, stderr, signal: abort.signal })
  answer.catch(() => {})
  return { stdin, answer, written, abort }
}

describe('askSecret()', () => {
  it.each([
    ['what is typed up to Enter', ['mbp_a', 'bc\r'], 'mbp_abc'],
    ['what is pasted up to the end of its line', ['mbp_abc\nmore\n'], 'mbp_abc'],
    ['what backspace leaves', ['mbp_x\u007fy\bz\r'], 'mbp_z'],
    ['what was typed after Ctrl-U', ['wrong\u0015mbp_a\r'], 'mbp_a'],
    ['no control characters', ['a\u0000\u001bb\r'], 'ab'],
  ])('gives %s, and shows none of it', async (_what, keys, expected) => {
    const { stdin, answer, written } = asked()
    for (const key of keys) stdin.write(key)
    expect(await answer).toBe(expected)
    expect(written).toEqual(['Token (not shown): ', '\n'])
    expect(stdin.modes).toEqual([true, false])
  })

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', 'half\u0004'],
  ])('is interrupted by %s, and leaves the terminal as it was', async (_what, keys) => {
    const { stdin, answer } = asked()
    stdin.write(keys)
    await expect(answer).rejects.toMatchObject({ code: 'MB_CLI_INTERRUPTED' })
    expect(stdin.modes).toEqual([true, false])
  })

  it('is interrupted by the end of input and by its signal', async () => {
    const atEnd = asked()
    atEnd.stdin.end()
    await expect(atEnd.answer).rejects.toMatchObject({ code: 'MB_CLI_INTERRUPTED' })
    const aborted = asked()
    aborted.abort.abort(new Error('SIGTERM'))
    await expect(aborted.answer).rejects.toThrow('SIGTERM')
    expect(aborted.stdin.modes).toEqual([true, false])
  })
})
