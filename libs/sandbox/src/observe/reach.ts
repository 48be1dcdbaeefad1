/** What is done with a path. */
export type PathAccess =
  /** It is opened for reading, or looked at. */
  | 'read'
  /** The names in a folder are listed. */
  | 'list'
  /** It is opened for writing, or its facts are changed. */
  | 'write'
  /** It is made, or taken away: its folder changes. */
  | 'replace'
  /** It is run as a program. */
  | 'run'

/** One thing that a program reached for. */
export type Reach =
  | {
      readonly kind: 'path'
      readonly access: PathAccess
      /** Absolute, as the program named it. */
      readonly path: Buffer
      /** Where that leads to, as the kernel says, for what was opened. */
      readonly real?: Buffer
      /** Name of the error, where it failed. */
      readonly error?: string
    }
  | { readonly kind: 'address'; readonly address: string; readonly port: number }
  /** A host whose address was asked for. */
  | { readonly kind: 'name'; readonly host: string }
