import { dirname } from 'node:path'
import type { JailPart } from '../../jail/jail-plan.ts'

/** Packs the links and files of a plan, with the folders above them (POSIX.1-2017, pax, "ustar Interchange Format"). */
export function packImage(parts: readonly JailPart[]): Buffer {
  const entries = parts.flatMap((part): readonly Entry[] => {
    if (part.kind === 'link') return [{ path: part.path, type: '2', target: part.target }]
    if (part.kind === 'file') return [{ path: part.path, type: '0', text: part.text }]
    return []
  })
  const folders = new Set(['/run', ...entries.flatMap(({ path }) => foldersAbove(path))])
  const all: readonly Entry[] = [
    ...[...folders].map((path) => ({ path, type: '5' }) as const),
    ...entries,
  ]
  return Buffer.concat([...all.map(packEntry), Buffer.alloc(2 * block)])
}

interface Entry {
  readonly path: string
  /** A file, a link, a folder. */
  readonly type: '0' | '2' | '5'
  readonly target?: string
  readonly text?: string
}

const block = 512

function packEntry({ path, type, target = '', text = '' }: Entry): Buffer {
  const header = Buffer.alloc(block)
  const content = Buffer.from(text)
  put(header, path.slice(1), 0, 100)
  put(header, octal(type === '0' ? 0o444 : 0o755, 7), 100, 8)
  put(header, octal(0, 7), 108, 8)
  put(header, octal(0, 7), 116, 8)
  put(header, octal(content.length, 11), 124, 12)
  // The same contents are the same image.
  put(header, octal(0, 11), 136, 12)
  put(header, ' '.repeat(8), 148, 8)
  put(header, type, 156, 1)
  put(header, target, 157, 100)
  put(header, 'ustar\x0000', 257, 8)
  const sum = header.reduce((total, byte) => total + byte, 0)
  put(header, `${octal(sum, 6)}\0 `, 148, 8)
  return Buffer.concat([header, content, Buffer.alloc(-content.length & (block - 1))])
}

function put(header: Buffer, text: string, at: number, length: number): void {
  const bytes = Buffer.from(text)
  if (bytes.length > length)
    throw new RangeError(`Cannot pack ${JSON.stringify(text)}: it is longer than ${length} bytes`)
  bytes.copy(header, at)
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

function foldersAbove(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === '/' ? [] : [...foldersAbove(parent), parent]
}
