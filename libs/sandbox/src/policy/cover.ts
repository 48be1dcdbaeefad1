/** What lies over granted folders, in place of what is there or of what could be made there. */
export type Cover =
  /** Nothing of it can be seen. */
  | { readonly kind: 'hidden'; readonly path: string; readonly directory: boolean }
  /** Stays as it is: to be read, and neither changed, moved nor removed. */
  | (KnownFile & { readonly kind: 'kept'; readonly directory: boolean })
  /** A folder on the way to another cover: what is in it can be changed, itself it cannot be moved. */
  | (KnownFile & { readonly kind: 'pinned' })
  /** A name that nothing has, and that nothing can get: an empty folder of the host's, at `from`, lies over it. */
  | (KnownFile & { readonly kind: 'held'; readonly from: string })

interface KnownFile {
  readonly path: string
  readonly device: number
  readonly inode: number
}

/** A guarded name in a granted folder that no mount can keep: it is looked at afterwards. */
export interface GuardedName {
  readonly path: string
  /** What the link says that it is; undefined where there is nothing. */
  readonly target: string | undefined
}

/** What has to be done about the guarded places of a policy. */
export interface Coverage {
  /** Parents before what lies in them. */
  readonly covers: readonly Cover[]
  /** Names that nothing has and that nothing may get. */
  readonly absent: readonly string[]
  /** Links: a mount would lie over what they lead to. */
  readonly links: readonly GuardedName[]
}
