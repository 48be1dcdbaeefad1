import { archiveError } from './archive-error.ts'

const blockSize = 512
// Names of 240 bytes, times and owners need less.
const maxRecordBytes = 64 * 1024

/**
 * Walks the blocks of a tar stream before the tar library sees them, and refuses what that library, or another one,
 * would read differently: numbers that are no octal, damaged or doubled pax records, sizes that differ,
 * anything after the end, or no end.
 *
 * Only what decides where headers stand is read here. POSIX.1-2017, pax interchange format and ustar.
 */
export class TarFraming {
  #header = Buffer.alloc(0)
  #dataLeft = 0
  #paddingLeft = 0
  #record: { readonly type: string; readonly chunks: Buffer[] } | undefined
  #extensions = new Set<string>()
  /** What a pax record says of the next entry's size. */
  #paxSize: number | undefined
  #zeroBlocks = 0

  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) rest = this.#isInData() ? this.#takeData(rest) : this.#takeHeader(rest)
  }

  /** Takes the end of the stream. */
  end(): void {
    if (this.#isInData() || this.#header.length > 0 || this.#zeroBlocks < 2)
      throw broken('is cut off')
  }

  #isInData(): boolean {
    return this.#dataLeft > 0 || this.#paddingLeft > 0
  }

  #takeData(chunk: Buffer): Buffer {
    const data = chunk.subarray(0, this.#dataLeft)
    this.#record?.chunks.push(Buffer.from(data))
    this.#dataLeft -= data.length
    const rest = chunk.subarray(data.length)
    if (this.#dataLeft > 0) return rest
    const padding = rest.subarray(0, this.#paddingLeft)
    this.#paddingLeft -= padding.length
    if (!this.#isInData()) this.#endRecord()
    return rest.subarray(padding.length)
  }

  #takeHeader(chunk: Buffer): Buffer {
    const part = chunk.subarray(0, blockSize - this.#header.length)
    this.#header = Buffer.concat([this.#header, part])
    if (this.#header.length === blockSize) {
      const block = this.#header
      this.#header = Buffer.alloc(0)
      this.#readHeader(block)
    }
    return chunk.subarray(part.length)
  }

  #readHeader(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      this.#zeroBlocks += 1
      return
    }
    if (this.#zeroBlocks > 0) throw broken('goes on after its end')
    if (block.toString('latin1', 257, 262) !== 'ustar')
      throw broken('has a header of no known form')
    if (octal(block, 148, 8) !== checksum(block)) throw broken('has a damaged header')
    const type = block.toString('latin1', 156, 157)
    const size = octal(block, 124, 12)
    this.#checkExtension(type, size)
    if (type === '5' && size > 0) throw broken('has a folder with content')
    this.#dataLeft = size
    this.#paddingLeft = (blockSize - (size % blockSize)) % blockSize
  }

  #checkExtension(type: string, size: number): void {
    // GNU's header for where a long link leads: some readers make a link of whatever follows it.
    if (type === 'K') throw link()
    const isExtension = ['x', 'g', 'L'].includes(type)
    if (!isExtension) {
      if (this.#paxSize !== undefined && this.#paxSize !== size)
        throw broken('has two sizes for one entry')
      this.#paxSize = undefined
      this.#extensions.clear()
      return
    }
    // Two of one kind, or a long name beside a pax path: readers disagree on which wins.
    const slot = type === 'g' ? 'g' : 'name'
    if (this.#extensions.has(slot)) throw broken('has two extension headers for one entry')
    this.#extensions.add(slot)
    if (size === 0 || size > maxRecordBytes) throw broken('has an extension header of a wrong size')
    this.#record = { type, chunks: [] }
  }

  #endRecord(): void {
    const record = this.#record
    this.#record = undefined
    if (record === undefined) return
    const data = Buffer.concat(record.chunks)
    if (record.type === 'g') readPax(data, ['comment'])
    if (record.type !== 'x') return
    const size = readPax(data, paxKeys).get('size')
    if (size === undefined) return
    if (!/^\d{1,15}$/.test(size)) throw broken('has a damaged pax record')
    this.#paxSize = Number(size)
  }
}

/**
 * Keys that change nothing of an entry but its name, owner and times, and its size, which has to be that of the header:
 * npm repeats it. Vendors' own are skipped by all readers.
 */
const paxKeys: readonly string[] = [
  'path',
  'size',
  'atime',
  'mtime',
  'ctime',
  'uid',
  'gid',
  'uname',
  'gname',
  'comment',
  'charset',
]
const vendorKey = /^(?:LIBARCHIVE|SCHILY|NODETAR)\.(?!realsize|sparse)[\w.-]+$/

function readPax(data: Buffer, allowed: readonly string[]): ReadonlyMap<string, string> {
  const seen = new Map<string, string>()
  let rest = data
  while (rest.length > 0) {
    const [, length = '', key = ''] =
      /^(\d{1,6}) ([^=\n\0]+)=/.exec(rest.toString('latin1', 0, 256)) ?? []
    const end = Number(length)
    const isWhole = length !== '' && end <= rest.length && rest[end - 1] === 0x0a
    const isLongEnough = end >= length.length + key.length + 3
    if (!isWhole || !isLongEnough) throw broken('has a damaged pax record')
    if (key === 'linkpath') throw link()
    if (!allowed.includes(key) && !(allowed === paxKeys && vendorKey.test(key)))
      throw broken(`has a pax record "${key.slice(0, 40)}", which is not read`)
    if (seen.has(key)) throw broken(`has the pax record "${key}" twice`)
    seen.set(key, rest.toString('utf8', length.length + key.length + 2, end - 1))
    rest = rest.subarray(end)
  }
  return seen
}

/** An octal field, which ends in NUL or space. GNU's binary numbers are for sizes that no package has. */
function octal(block: Buffer, start: number, length: number): number {
  const field = block.toString('latin1', start, start + length)
  const digits = /^ *([0-7]+)[ \0]*$/.exec(field)?.[1]
  if (digits === undefined) throw broken('has a header with a damaged number')
  return Number.parseInt(digits, 8)
}

function checksum(block: Buffer): number {
  return block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0)
}

function link(): Error {
  return archiveError('MB_ARCHIVE_LINK', 'says where a link leads')
}

function broken(is: string): Error {
  return archiveError('MB_ARCHIVE_BROKEN', is)
}
