import type { Readable } from 'node:stream'

/** Packages by the SHA-256 of their bytes; what is in it never changes. */
export interface BlobStore {
  /** Takes a file in, whose digest was checked and which is on disk. Done once it would survive a power cut. */
  put(sha256: string, file: string): Promise<void>
  /** Some of the bytes, both ends included. */
  read(sha256: string, range: { readonly start: number; readonly end: number }): Promise<Readable>
  /** Removes what nobody is to have; that it was not there is fine. */
  remove(sha256: string): Promise<void>
}
