import type { Readable } from 'node:stream'

/** Packages by the SHA-256 of their bytes; what is in it never changes. */
export interface BlobStore {
  /** Takes a file over, whose digest was checked. Done once it would survive a power cut; the file stays where it is. */
  put(sha256: string, file: string): Promise<void>
  has(sha256: string): Promise<boolean>
  /** Some of the bytes, both ends included. */
  read(sha256: string, range: { readonly start: number; readonly end: number }): Promise<Readable>
}
