import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { LongLines } from './long-lines.ts'

describe('LongLines', () => {
  it('gives lines wherever the pieces of the stream end, and nothing of one that is too long', async () => {
    const pieces = ['on', 'e\ntwo\n', 'x'.repeat(20), 'x\nthr', 'ee']
    const stream = Readable.from(pieces.map((piece) => Buffer.from(piece)))
    const found: (string | undefined)[] = []
    for await (const line of new LongLines(stream, 10)) found.push(line)
    expect(found).toEqual(['one', 'two', undefined, 'three'])
  })
})
