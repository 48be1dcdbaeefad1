import { littleEndian, messageKinds, protocolVersion, type BusMessage } from './bus-message.ts'

const headerBytes = 16

/** No answer that is waited for comes near it. */
const mostBytes = 1 << 20

/**
 * Takes the first message off what has come so far.
 *
 * @returns undefined while it is not there in full
 * @throws RangeError for what is no message, or too long
 */
export function takeMessage(
  bytes: Buffer,
): { readonly message: BusMessage; readonly rest: Buffer } | undefined {
  if (bytes.length < headerBytes) return undefined
  // Messages come in the order of bytes of their sender, which is on this machine.
  if (bytes[0] !== littleEndian || bytes[3] !== protocolVersion)
    throw new RangeError('Cannot read a message of the bus: it is of another form')
  const [bodyBytes, fieldBytes] = [bytes.readUInt32LE(4), bytes.readUInt32LE(12)]
  if (bodyBytes + fieldBytes > mostBytes)
    throw new RangeError(`Cannot read a message of the bus: it has ${bodyBytes + fieldBytes} bytes`)
  const start = Math.ceil((headerBytes + fieldBytes) / 8) * 8
  if (bytes.length < start + bodyBytes) return undefined
  const fields = readFields(bytes.subarray(0, headerBytes + fieldBytes))
  const text = (code: number): string | undefined => {
    const value = fields.get(code)
    return typeof value === 'string' ? value : undefined
  }
  const answers = fields.get(5)
  const kind = messageKinds[(bytes[1] ?? 0) - 1]
  if (kind === undefined)
    throw new RangeError('Cannot read a message of the bus: it is of no known kind')
  return {
    message: {
      kind,
      answers: typeof answers === 'number' ? answers : undefined,
      member: text(3),
      errorName: text(4),
      body: new BusReader(bytes.subarray(start, start + bodyBytes)).values(text(8) ?? ''),
    },
    rest: bytes.subarray(start + bodyBytes),
  }
}

function readFields(head: Buffer): ReadonlyMap<number, string | number> {
  const reader = new BusReader(head, headerBytes)
  const fields = new Map<number, string | number>()
  while (reader.hasMore(8)) {
    const code = reader.byte()
    const [value] = reader.values(reader.signature())
    if (value === undefined) break
    fields.set(code, value)
  }
  return fields
}

class BusReader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  hasMore(alignment: number): boolean {
    this.#align(alignment)
    return this.#at < this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes.readUInt8(this.#at)
    this.#at += 1
    return byte
  }

  signature(): string {
    return this.#text(this.byte())
  }

  values(signature: string): readonly (string | number)[] {
    const values: (string | number)[] = []
    for (const type of signature) {
      if (type === 's' || type === 'o') values.push(this.#text(this.#number()))
      else if (type === 'g') values.push(this.signature())
      else if (type === 'u') values.push(this.#number())
      else break
    }
    return values
  }

  #number(): number {
    this.#align(4)
    const value = this.#bytes.readUInt32LE(this.#at)
    this.#at += 4
    return value
  }

  #text(length: number): string {
    const end = this.#at + length
    if (end >= this.#bytes.length)
      throw new RangeError('Cannot read a message of the bus: a text goes beyond its end')
    const text = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return text
  }

  #align(size: number): void {
    this.#at = Math.ceil(this.#at / size) * size
  }
}
