import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LineDecoder } from './line-decoder.ts'
import { formatMessage, parseMessage } from './message.ts'
import { ProtocolFault } from './protocol-fault.ts'

/** What each library has to read the same way: the one for Python runs the same files. */
interface MessageVector {
  readonly title: string
  readonly line: string
  readonly message?: unknown
  readonly fault?: string
}

interface LineVector {
  readonly title: string
  readonly maxBytes: number
  /** Bytes, in hexadecimal digits. */
  readonly chunks: readonly string[]
  readonly lines: readonly string[]
  readonly fault?: string
}

const messages: readonly MessageVector[] = JSON.parse(readVectors('messages.json'))
const lines: readonly LineVector[] = JSON.parse(readVectors('lines.json'))

function readVectors(name: string): string {
  return readFileSync(new URL(`../../test/vectors/${name}`, import.meta.url), 'utf8')
}

describe('parseMessage(), the vectors', () => {
  it.each(messages.filter(({ fault }) => fault === undefined))('reads $title', (vector) => {
    expect(parseMessage(vector.line)).toEqual(vector.message)
  })

  it.each(messages.filter(({ fault }) => fault !== undefined))('refuses $title', (vector) => {
    expect(() => parseMessage(vector.line)).toThrow(
      new ProtocolFault('malformed', `${vector.fault}`),
    )
  })

  it.each(messages.filter(({ fault }) => fault === undefined))('writes $title', (vector) => {
    expect(parseMessage(formatMessage(parseMessage(vector.line)))).toEqual(vector.message)
  })
})

describe('LineDecoder, the vectors', () => {
  it.each(lines)('cuts $title', ({ maxBytes, chunks, ...expected }) => {
    const decoder = new LineDecoder(maxBytes)
    const cut: string[] = []
    let fault: unknown
    try {
      for (const chunk of chunks) cut.push(...decoder.push(Buffer.from(chunk, 'hex')))
    } catch (error) {
      fault = error instanceof ProtocolFault ? error.kind : error
    }
    expect({ lines: cut, fault }).toEqual({ lines: expected.lines, fault: expected.fault })
  })
})
