import { z } from 'zod'
import { ManifestError } from '../manifest-error.ts'
import { treeDigest, type DigestFile, type DigestTree } from './digest-tree.ts'

const treeSchema: z.ZodType<DigestTree> = z.strictObject({
  files: z
    .array(
      z.strictObject({
        path: z.string().max(1024),
        size: z.int().nonnegative(),
        mode: z.enum(['644', '755']),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(10_000),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
})

/**
 * Reads a `tree.json`.
 *
 * @throws ManifestError `MB_PACKAGE_FILE` when it is none, `MB_DIGEST_MISMATCH` when its digest is not that of its files
 */
export function parseTree(text: string): DigestTree {
  const read = treeSchema.safeParse(json(text))
  if (!read.success)
    throw new ManifestError('MB_PACKAGE_FILE', 'Cannot read package: its tree.json is damaged', {
      cause: read.error,
      hint: 'Get the package from its author again',
    })
  if (treeDigest(read.data.files) !== read.data.digest)
    throw mismatch('tree.json was changed after packaging', {})
  return read.data
}

/**
 * Holds the files that are there against those that were packaged.
 *
 * @throws ManifestError `MB_DIGEST_MISMATCH` naming the first path that differs, and how
 */
export function compareTrees(packaged: DigestTree, present: DigestTree): void {
  if (packaged.digest === present.digest) return
  const before = new Map(packaged.files.map((file) => [file.path, file]))
  const after = new Map(present.files.map((file) => [file.path, file]))
  for (const path of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const how = difference(before.get(path), after.get(path))
    if (how !== undefined) throw mismatch(`"${path}" was ${how}`, { path, difference: how })
  }
  throw mismatch('tree.json lists the files in another order', {})
}

/** How a file differs from the packaged one. */
type Difference = 'added' | 'removed' | 'changed in content' | 'changed in mode'

function difference(
  before: DigestFile | undefined,
  after: DigestFile | undefined,
): Difference | undefined {
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  if (before.sha256 !== after.sha256 || before.size !== after.size) return 'changed in content'
  return before.mode === after.mode ? undefined : 'changed in mode'
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function mismatch(is: string, details: Readonly<Record<string, unknown>>): ManifestError {
  return new ManifestError('MB_DIGEST_MISMATCH', `Cannot trust package: ${is}`, {
    hint: 'Get the package from its author again',
    details,
  })
}
