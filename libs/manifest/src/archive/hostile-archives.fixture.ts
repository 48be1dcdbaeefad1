/** Archives built byte by byte, so that each can say what no packer would. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'

/** An entry of a tar to be built. */
export interface TarEntry {
  readonly name: string
  readonly content?: string | Buffer
  /** The type flag. @default '0' */
  readonly type?: string
  /** @default 0o644 */
  readonly mode?: number
  readonly link?: string
  readonly prefix?: string
  /** What the header says, when it lies. */
  readonly size?: number
  /** The size field as it stands. */
  readonly sizeField?: string
}

/** One header with its content and padding. */
export function tarEntry(entry: TarEntry): Buffer {
  const content = Buffer.from(entry.content ?? '')
  const header = Buffer.alloc(512)
  const size = entry.size ?? content.length
  header.write(entry.name, 0, 100, 'utf8')
  header.write(`${(entry.mode ?? 0o644).toString(8).padStart(7, '0')}\0`, 100, 'latin1')
  header.write('0000000\0', 108, 'latin1')
  header.write('0000000\0', 116, 'latin1')
  header.write(entry.sizeField ?? `${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write('00000000000\0', 136, 'latin1')
  header.write('        ', 148, 'latin1')
  header.write(entry.type ?? '0', 156, 'latin1')
  header.write(entry.link ?? '', 157, 'utf8')
  header.write('ustar\x0000', 257, 'latin1')
  header.write(entry.prefix ?? '', 345, 'utf8')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

/** One pax record with its own length in front. */
export function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`
  let length = Buffer.byteLength(body)
  while (Buffer.byteLength(body) + String(length).length !== length)
    length = Buffer.byteLength(body) + String(length).length
  return `${length}${body}`
}

/** A tar.gz of entries or ready blocks, ended as tars end. */
export function tarGz(
  entries: readonly (TarEntry | Buffer)[],
  end: Buffer = Buffer.alloc(1024),
): Buffer {
  const blocks = entries.map((entry) => (Buffer.isBuffer(entry) ? entry : tarEntry(entry)))
  return gzipSync(Buffer.concat([...blocks, end]))
}

/** An entry of a zip to be built. */
export interface ZipEntry {
  readonly name: string | Buffer
  readonly content?: string | Buffer
  /** Unix mode with its type bits. @default 0o100644 */
  readonly mode?: number
  readonly deflate?: boolean
  readonly flags?: number
  readonly method?: number
  readonly extra?: Buffer
  /** What its own header says, when it differs. */
  readonly localName?: string | Buffer
  readonly localMethod?: number
  /** What the directory says, when it lies. */
  readonly size?: number
  readonly checksum?: number
  /** Stands where this entry stands. */
  readonly sameAs?: number
}

/** How a zip is put together. */
export interface ZipOptions {
  readonly before?: Buffer
  readonly beforeDirectory?: Buffer
  readonly comment?: Buffer
  readonly count?: number
}

/** A zip of entries. */
export function zip(entries: readonly ZipEntry[], options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [options.before ?? Buffer.alloc(0)]
  const directory: Buffer[] = []
  const offsets: number[] = []
  let offset = options.before?.length ?? 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const content = Buffer.from(entry.content ?? '')
    const data = entry.deflate === true ? deflateRawSync(content) : content
    const facts = {
      flags: entry.flags ?? 0x800,
      method: entry.method ?? (entry.deflate === true ? 8 : 0),
      checksum: entry.checksum ?? crc32(content),
      stored: data.length,
      size: entry.size ?? content.length,
    }
    const place = entry.sameAs === undefined ? offset : (offsets[entry.sameAs] ?? 0)
    offsets.push(place)
    if (entry.sameAs === undefined) {
      const local = localHeader(Buffer.from(entry.localName ?? name), {
        ...facts,
        method: entry.localMethod ?? facts.method,
      })
      parts.push(local, data)
      offset += local.length + data.length
    }
    directory.push(centralHeader(name, facts, entry.mode ?? 0o100644, entry.extra, place))
  }
  const listing = Buffer.concat(directory)
  const gap = options.beforeDirectory ?? Buffer.alloc(0)
  const comment = options.comment ?? Buffer.alloc(0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(options.count ?? entries.length, 8)
  end.writeUInt16LE(options.count ?? entries.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(offset + gap.length, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, gap, listing, end, comment])
}

interface ZipFacts {
  readonly flags: number
  readonly method: number
  readonly checksum: number
  readonly stored: number
  readonly size: number
}

function localHeader(name: Buffer, facts: ZipFacts): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  writeFacts(header, 6, facts)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name])
}

function centralHeader(
  name: Buffer,
  facts: ZipFacts,
  mode: number,
  extra: Buffer = Buffer.alloc(0),
  place = 0,
): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE((3 << 8) | 20, 4)
  header.writeUInt16LE(20, 6)
  writeFacts(header, 8, facts)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt16LE(extra.length, 30)
  header.writeUInt32LE((mode << 16) >>> 0, 38)
  header.writeUInt32LE(place, 42)
  return Buffer.concat([header, name, extra])
}

function writeFacts(header: Buffer, start: number, facts: ZipFacts): void {
  header.writeUInt16LE(facts.flags, start)
  header.writeUInt16LE(facts.method, start + 2)
  header.writeUInt32LE(facts.checksum, start + 8)
  header.writeUInt32LE(facts.stored, start + 12)
  header.writeUInt32LE(facts.size, start + 16)
}
