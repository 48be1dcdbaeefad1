import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, sha256, writeFileAtomic } from '@mb/kernel'
import { readManifest } from '../reading/read-manifest.ts'
import { metadataDirectory, readDigestTree } from './digest-tree.ts'
import { signStatement } from './envelope.ts'
import { metadataFiles } from './metadata.ts'
import { parseSbom } from './sbom.ts'
import type { SigningKey } from './signing-key.ts'
import { packageStatement } from './statement.ts'
import { verifyPackage, type PackageFacts } from './verify-package.ts'

/** How a package's metadata is made. */
export interface WriteMetadataOptions {
  /** Signs with it; unsigned without. */
  readonly key?: SigningKey | undefined
  /** Namespace that the signature is about. Without it, the package may be published under any. */
  readonly namespace?: string | undefined
  /** Tree digest of the version before. */
  readonly previous?: string | undefined
  /** What it is made of: CycloneDX or SPDX 2, as JSON. */
  readonly sbom?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a package of a folder: writes its `.milkbottle` anew, and verifies the result.
 *
 * The same files, key and options give the same bytes.
 *
 * @throws ManifestError as {@link verifyPackage}
 */
export async function writePackageMetadata(
  directory: string,
  options: WriteMetadataOptions = {},
): Promise<PackageFacts> {
  const { key, namespace, previous, signal } = options
  const sbom = options.sbom === undefined ? undefined : parseSbom(options.sbom)
  const { manifest, bytes } = await readManifest(directory, { signal })
  const tree = await readDigestTree(directory, { signal })
  const folder = join(directory, metadataDirectory)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  await writeFileAtomic(join(folder, metadataFiles.tree), `${canonicalJson(tree)}\n`)
  if (sbom !== undefined) await writeFileAtomic(join(folder, metadataFiles.sbom), sbom.text)
  if (key !== undefined) {
    const statement = packageStatement({
      id: namespace === undefined ? manifest.name : `${namespace}/${manifest.name}`,
      version: manifest.version,
      tree,
      manifestDigest: sha256(bytes),
      permissions: manifest.permissions,
      previous,
      sbomDigest: sbom?.digest,
    })
    const envelope = signStatement(statement, key)
    await writeFileAtomic(join(folder, metadataFiles.statement), `${canonicalJson(envelope)}\n`)
    await writeFileAtomic(join(folder, metadataFiles.key), key.publicKey)
  }
  return verifyPackage(directory, { signal })
}
