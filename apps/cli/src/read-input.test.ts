import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readInput } from './read-input.ts'

const quiet = new AbortController().signal

function input(...chunks: readonly string[]): PassThrough {
  const stream = new PassThrough()
  for (const chunk of chunks) stream.write(chunk)
  return stream
}

describe('readInput()', () => {
  it('reads to the end', async () => {
    const stream = input('mbp_', 'ä\n')
    stream.end()
    expect(await readInput(stream, { maxBytes: 7, signal: quiet })).toBe('mbp_ä\n')
  })

  it('refuses what is too long without waiting for its end', async () => {
    await expect(
      readInput(input('x'.repeat(9)), { maxBytes: 8, signal: quiet }),
    ).rejects.toMatchObject({ code: 'MB_CLI_VALUE' })
  })

  it('stops on its signal', async () => {
    const abort = new AbortController()
    const reading = readInput(input('half'), { maxBytes: 8, signal: abort.signal })
    setTimeout(() => abort.abort(new Error('Ctrl-C')), 10)
    await expect(reading).rejects.toThrow('Ctrl-C')
  })
})
