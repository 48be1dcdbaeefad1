/** One entry of an archive, as its header has it: nothing of it was checked but that it is a file or a folder. */
export interface ArchiveEntry {
  /** As written; a folder's may end in `/`. */
  readonly path: string
  readonly kind: 'file' | 'directory'
  readonly isExecutable: boolean
  /** The content of a file. To be read to its end, or returned, before the next entry. */
  readonly content: AsyncIterable<Uint8Array>
}

/** The mode bits that no package may set: setuid, setgid and sticky. */
export const specialBits = 0o7000

/** How an archive's entries are read. */
export interface EntriesOptions {
  readonly signal?: AbortSignal | undefined
  /** Told how many bytes came out of decompression, before they are used; throws when it is too much. */
  readonly onUnpacked: (bytes: number) => void
}
