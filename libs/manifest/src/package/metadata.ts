import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, readTextBounded } from '@mb/kernel'
import { ManifestError } from '../manifest-error.ts'
import { metadataDirectory } from './digest-tree.ts'
import { maxSbomBytes } from './sbom.ts'

/** The files of a package's `.milkbottle`. */
export const metadataFiles = {
  tree: 'tree.json',
  statement: 'statement.json',
  key: 'key.pub',
  sbom: 'sbom.json',
} as const

/** What a package's `.milkbottle` holds, unread; undefined when there is none. */
export interface Metadata {
  readonly tree: string
  readonly signature?: { readonly statement: string; readonly key: string }
  readonly sbom?: string
}

// 10,000 files with long paths
const maxTreeBytes = 8 * 1024 * 1024
const maxStatementBytes = 4 * 1024 * 1024
const maxKeyBytes = 4096

/**
 * Reads a package's `.milkbottle`.
 *
 * @throws ManifestError `MB_PACKAGE_FILE` when it holds anything else, a statement without its key, or no tree
 */
export async function readMetadata(directory: string): Promise<Metadata | undefined> {
  const folder = join(directory, metadataDirectory)
  const names = await listNames(folder)
  if (names === undefined) return undefined

  const known: readonly string[] = Object.values(metadataFiles)
  for (const name of names) {
    if (!known.includes(name)) throw refused(`"${metadataDirectory}/${name}" does not belong there`)
    const facts = await lstat(join(folder, name))
    if (!facts.isFile()) throw refused(`"${metadataDirectory}/${name}" is no regular file`)
  }
  if (!names.includes(metadataFiles.tree))
    throw refused(`"${metadataDirectory}" has no ${metadataFiles.tree}`)
  const hasStatement = names.includes(metadataFiles.statement)
  if (hasStatement !== names.includes(metadataFiles.key))
    throw refused(
      hasStatement
        ? `it has ${metadataFiles.statement} without ${metadataFiles.key}`
        : `it has ${metadataFiles.key} without ${metadataFiles.statement}`,
    )

  const tree = await readBounded(join(folder, metadataFiles.tree), maxTreeBytes)
  const unsigned = {
    tree,
    ...(names.includes(metadataFiles.sbom)
      ? { sbom: await readBounded(join(folder, metadataFiles.sbom), maxSbomBytes) }
      : {}),
  }
  if (!hasStatement) return unsigned
  const statement = await readBounded(join(folder, metadataFiles.statement), maxStatementBytes)
  const key = await readBounded(join(folder, metadataFiles.key), maxKeyBytes)
  return { ...unsigned, signature: { statement, key } }
}

async function listNames(folder: string): Promise<readonly string[] | undefined> {
  let facts
  try {
    facts = await lstat(folder)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  if (!facts.isDirectory()) throw refused(`"${metadataDirectory}" is no folder`)
  return readdir(folder)
}

async function readBounded(path: string, maxBytes: number): Promise<string> {
  try {
    return await readTextBounded(path, { maxBytes })
  } catch (error) {
    if (errorCode(error) !== 'MB_FILE_TOO_LARGE') throw error
    throw new ManifestError(
      'MB_PACKAGE_TOO_LARGE',
      `Cannot read package: its metadata is larger than ${maxBytes} bytes`,
      { cause: error },
    )
  }
}

function refused(is: string): ManifestError {
  return new ManifestError('MB_PACKAGE_FILE', `Cannot read package: ${is}`, {
    hint: 'Get the package from its author again',
  })
}
