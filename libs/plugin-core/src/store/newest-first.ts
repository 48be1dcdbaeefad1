import { isOlder } from '@mb/manifest'

/** Things that have a version, the newest number first. */
export function newestFirst<T extends { readonly version: string }>(
  things: readonly T[],
): readonly T[] {
  return things.toSorted((a, b) => {
    if (isOlder(a.version, b.version)) return 1
    if (isOlder(b.version, a.version)) return -1
    // Build metadata orders nothing; the answer is to be one all the same.
    return a.version < b.version ? 1 : -1
  })
}
