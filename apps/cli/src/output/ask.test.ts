import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ask } from './ask.ts'

interface Asked {
  readonly stdin: PassThrough
  readonly answer: Promise<boolean>
  readonly written: readonly string[]
  readonly abort: AbortController
}

/** A question that stands there, unanswered. */
async function asked(before = ''): Promise<Asked> {
  const stdin = new PassThrough()
  const written: string[] = []
  const abort = new AbortController()
  stdin.write(before)
  const stderr = { write: (text: string) => void written.push(text) }
  const answer = ask('Install it?', { stdin, stderr, signal: abort.signal })
  answer.catch(() => {})
  while (written.length === 0) await delay(5)
  return { stdin, answer, written, abort }
}

describe('ask()', () => {
  it.each([
    ['y', true],
    ['YES', true],
    ['', false],
    ['n', false],
    ['maybe', false],
    ['yes please', false],
  ])('takes the line %j for %j', async (line, expected) => {
    const { stdin, answer, written } = await asked()
    stdin.write(`${line}\n`)
    expect([await answer, written]).toEqual([expected, ['Install it? [y/N] ']])
  })

  it('takes nothing that was pasted before the question for an answer', async () => {
    const { stdin, answer } = await asked('yes\ny\n')
    stdin.write('no\n')
    expect(await answer).toBe(false)
  })

  it('is interrupted by the end of input', async () => {
    const { stdin, answer } = await asked()
    stdin.end()
    await expect(answer).rejects.toMatchObject({ code: 'MB_CLI_INTERRUPTED' })
  })

  it('stops on its signal', async () => {
    const { answer, abort } = await asked()
    abort.abort(new Error('Ctrl-C'))
    await expect(answer).rejects.toThrow('Ctrl-C')
  })
})
