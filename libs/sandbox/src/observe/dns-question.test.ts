import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readQuestion } from './dns-question.ts'

interface Parts {
  readonly name: string
  readonly type?: number
  readonly counts?: readonly number[]
  readonly flags?: number
}

function message({ name, type = 1, counts = [1, 0, 0, 0], flags = 0x0100 }: Parts): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt16BE(flags, 2)
  for (const [index, count] of counts.entries()) header.writeUInt16BE(count, 4 + 2 * index)
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]))
  return Buffer.concat([header, ...labels, Buffer.of(0, 0, type, 0, 1)])
}

describe('readQuestion()', () => {
  it('reads the name that is asked for, also with a record of EDNS', () => {
    expect(readQuestion(message({ name: 'Www.Example.com' }))).toBe('www.example.com')
    expect(readQuestion(message({ name: 'example.com', type: 28, counts: [1, 0, 0, 1] }))).toBe(
      'example.com',
    )
  })

  it('takes nothing else for a question', () => {
    const wrong: readonly Parts[] = [
      { name: 'example.com', flags: 0x8180 },
      { name: 'example.com', counts: [2, 0, 0, 0] },
      { name: 'example.com', counts: [1, 1, 0, 0] },
      { name: 'example.com', type: 16 },
      { name: 'not a host' },
      { name: '*' },
    ]
    expect(wrong.map((parts) => readQuestion(message(parts)))).toEqual(wrong.map(() => undefined))
  })

  it('gives a name or nothing for whatever bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const whole = Buffer.concat([message({ name: 'example.com' }).subarray(0, 12), bytes])
        for (const each of [Buffer.from(bytes), whole])
          expect(readQuestion(each) ?? 'none').toMatch(/^[a-z0-9_.-]+$/)
      }),
    )
  })
})
