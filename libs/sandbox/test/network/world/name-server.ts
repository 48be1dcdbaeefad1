import type { Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIP, type Server, type Socket } from 'node:net'
import { listenOnBoth } from './listen-on-both.ts'

/** What a name stands for: addresses of both versions, or another name first. */
export interface NameRecord {
  readonly addresses: readonly string[]
  readonly alias?: string | undefined
}

/** Gives what a name stands for, the nth time that it is asked for addresses of one kind, from 0. */
export type NameAnswer = (asked: number) => NameRecord

const typeOfA = 1
const typeOfAlias = 5
const typeOfAaaa = 28

/** A server of names on loopback, by UDP and TCP: it counts the questions, and its answers may change. */
export class NameServer implements AsyncDisposable {
  readonly port: number
  readonly #datagrams: DatagramSocket
  readonly #server: Server
  readonly #records = new Map<string, NameAnswer>()
  readonly #asked = new Map<string, number>()
  readonly #questions: string[] = []

  static async open(): Promise<NameServer> {
    const { server, datagrams, port } = await listenOnBoth()
    return new NameServer(server, datagrams, port)
  }

  private constructor(server: Server, datagrams: DatagramSocket, port: number) {
    this.port = port
    this.#server = server
    this.#datagrams = datagrams
    datagrams.on('message', (question, from) => {
      const answer = this.#answer(question)
      if (answer !== undefined) datagrams.send(answer, from.port, from.address)
    })
    server.on('connection', (socket) => this.#answerStream(socket))
  }

  /** The names that were asked for, in order, each question once. */
  get questions(): readonly string[] {
    return this.#questions
  }

  /** Sets what a name stands for; a text is its one address. */
  set(name: string, answer: NameAnswer | string | readonly string[]): void {
    const addresses = typeof answer === 'string' ? [answer] : answer
    this.#records.set(name, typeof addresses === 'function' ? addresses : () => ({ addresses }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#datagrams.close()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #answerStream(socket: Socket): void {
    let waiting = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk])
      if (waiting.length < 2 || waiting.length < 2 + waiting.readUInt16BE(0)) return
      const answer = this.#answer(waiting.subarray(2, 2 + waiting.readUInt16BE(0)))
      const size = Buffer.alloc(2)
      size.writeUInt16BE(answer?.length ?? 0)
      socket.end(Buffer.concat([size, answer ?? Buffer.alloc(0)]))
    })
  }

  #answer(question: Buffer): Buffer | undefined {
    if (question.length < 17) return undefined
    const { name, end } = readName(question)
    if (end + 4 > question.length) return undefined
    const type = question.readUInt16BE(end)
    this.#questions.push(name)
    const key = `${type} ${name.toLowerCase()}`
    const asked = this.#asked.get(key) ?? 0
    this.#asked.set(key, asked + 1)
    const found = this.#records.get(name.toLowerCase().replace(/\.$/, ''))
    const header = Buffer.alloc(12)
    question.copy(header, 0, 0, 2)
    // RFC 1035, 4.1.1: an answer of authority, with recursion; NXDOMAIN where nothing is known.
    header.writeUInt16BE(found === undefined ? 0x8583 : 0x8580, 2)
    header.writeUInt16BE(1, 4)
    const records = found === undefined ? [] : listRecords(name, type, found(asked))
    header.writeUInt16BE(records.length, 6)
    return Buffer.concat([header, question.subarray(12, end + 4), ...records])
  }
}

function listRecords(name: string, type: number, record: NameRecord): readonly Buffer[] {
  const { addresses, alias } = record
  const owner = alias ?? name
  const head = alias === undefined ? [] : [encodeRecord(name, typeOfAlias, encodeName(alias))]
  const wanted = addresses.filter((address) => typeOf(address) === type)
  return [...head, ...wanted.map((each) => encodeRecord(owner, type, encodeAddress(each)))]
}

const typeOf = (address: string): number => (isIP(address) === 4 ? typeOfA : typeOfAaaa)

function encodeRecord(name: string, type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(type, 0)
  fixed.writeUInt16BE(1, 2)
  // No time to live: whoever keeps it does so against the rules.
  fixed.writeUInt32BE(0, 4)
  fixed.writeUInt16BE(data.length, 8)
  return Buffer.concat([encodeName(name), fixed, data])
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '')
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, 'latin1')
    return Buffer.concat([Buffer.from([bytes.length]), bytes])
  })
  return Buffer.concat([...parts, Buffer.from([0])])
}

function encodeAddress(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = expandTail(address).split('::')
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean))
  if (before === undefined || after === undefined) throw new TypeError()
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  const groups = tail === undefined ? before : [...before, ...zeros, ...after]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

/** Writes the last four bytes as groups, where they stand as an address of version 4. */
function expandTail(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...bytes: readonly unknown[]) => {
    const hex = bytes.slice(0, 4).map((byte) => Number(byte).toString(16).padStart(2, '0'))
    return `${hex.slice(0, 2).join('')}:${hex.slice(2).join('')}`
  })
}

function readName(question: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = question[at] ?? 0; length !== 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.'), end: at + 1 }
}
