import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { RandomAccessReader } from 'yauzl'

const chunkBytes = 64 * 1024

/** Lets yauzl read an open file without taking it over: its own reader closes the descriptor under its owner. */
export class FileReader extends RandomAccessReader {
  readonly #file: FileHandle

  constructor(file: FileHandle) {
    super()
    this.#file = file
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(readRange(this.#file, start, end), { objectMode: false })
  }
}

/** The bytes of an open file from `start` up to, not with, `end`. */
export async function* readRange(
  file: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void> {
  for (let place = start; place < end;) {
    const length = Math.min(chunkBytes, end - place)
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, place)
    if (bytesRead === 0) return
    place += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
