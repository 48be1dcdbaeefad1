import { sha256 } from '@mb/kernel'

/** A file that pages need, under a path that changes with its content: it may be kept for ever. */
export interface Asset {
  readonly path: string
  /** Media type. */
  readonly type: string
  readonly body: string
}

/** Names an asset after its content. */
export function asset(name: string, extension: string, type: string, body: string): Asset {
  return { path: `/assets/${name}-${sha256(body).slice(0, 16)}.${extension}`, type, body }
}
