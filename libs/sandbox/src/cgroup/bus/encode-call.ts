import {
  littleEndian,
  messageKinds,
  protocolVersion,
  type BusCall,
  type BusValue,
} from './bus-message.ts'

/** Writes a call as it goes over the wire ("Message protocol"), lowest byte first. */
export function encodeCall(call: BusCall, serial: number): Buffer {
  const body = new BusWriter()
  for (const value of call.body ?? []) body.value(value)
  const signature = (call.body ?? []).map(({ type }) => type).join('')
  const head = new BusWriter()
  head.bytes([littleEndian, messageKinds.indexOf('call') + 1, 0, protocolVersion])
  head.number(body.length)
  head.number(serial)
  head.array(8, () => {
    head.field(1, { type: 'o', value: call.path })
    head.field(2, { type: 's', value: call.interface })
    head.field(3, { type: 's', value: call.member })
    head.field(6, { type: 's', value: call.destination })
    if (signature !== '') head.field(8, signature)
  })
  head.align(8)
  return Buffer.concat([head.take(), body.take()])
}

class BusWriter {
  readonly #bytes: number[] = []

  get length(): number {
    return this.#bytes.length
  }

  take(): Buffer {
    return Buffer.from(this.#bytes)
  }

  bytes(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#bytes.push(byte)
  }

  align(size: number): void {
    while (this.#bytes.length % size !== 0) this.#bytes.push(0)
  }

  number(value: number): void {
    this.align(4)
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    this.bytes(bytes)
  }

  text(value: string): void {
    const bytes = Buffer.from(value)
    this.number(bytes.length)
    this.bytes(bytes)
    this.bytes([0])
  }

  signature(value: string): void {
    this.bytes([value.length, ...Buffer.from(value, 'latin1'), 0])
  }

  /** Its length in bytes comes first, and does not count the gap before its first element. */
  array(alignment: number, write: () => void): void {
    this.number(0)
    const at = this.#bytes.length - 4
    this.align(alignment)
    const start = this.#bytes.length
    write()
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(this.#bytes.length - start)
    bytes.forEach((byte, index) => (this.#bytes[at + index] = byte))
  }

  /** A field of the header; a text stands for a signature. */
  field(code: number, value: BusValue | string): void {
    this.align(8)
    this.bytes([code])
    if (typeof value !== 'string') return this.variant(value)
    this.signature('g')
    this.signature(value)
  }

  variant(value: BusValue): void {
    this.signature(value.type)
    this.value(value)
  }

  value(value: BusValue): void {
    switch (value.type) {
      case 's':
      case 'o':
        return this.text(value.value)
      case 'u':
        return this.number(value.value)
      case 'b':
        return this.number(value.value ? 1 : 0)
      case 'au':
        return this.array(4, () => value.value.forEach((each) => this.number(each)))
      case 'a(sv)':
        return this.array(8, () => {
          for (const [name, each] of Object.entries(value.value)) {
            this.align(8)
            this.text(name)
            this.variant(each)
          }
        })
      case 'a(sa(sv))':
      default:
        return this.array(8, () => {})
    }
  }
}
