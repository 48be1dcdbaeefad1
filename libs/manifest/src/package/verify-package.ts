import { basename } from 'node:path'
import { sha256 } from '@mb/kernel'
import type { Manifest } from '../manifest.ts'
import { ManifestError } from '../manifest-error.ts'
import { permissionsHash } from '../permissions/permissions-hash.ts'
import type { ManifestFinding } from '../reading/finding.ts'
import { requireManifest } from '../reading/find-manifest.ts'
import { readManifest } from '../reading/read-manifest.ts'
import { compareTrees, parseTree } from './compare-trees.ts'
import { readDigestTree, type DigestTree, type PackageLimits } from './digest-tree.ts'
import { verifyEnvelope } from './envelope.ts'
import { readMetadata, type Metadata } from './metadata.ts'
import { parseSbom, type Sbom } from './sbom.ts'
import { readPublicKey } from './signing-key.ts'
import type { PackageStatement } from './statement.ts'

/** What is known of a package whose every part was checked. */
export interface PackageFacts {
  readonly directory: string
  readonly manifest: Manifest
  /** The path of the manifest's file. */
  readonly manifestFile: string
  /** SHA-256 of the manifest's file. */
  readonly manifestDigest: string
  readonly tree: DigestTree
  /** Warnings about the manifest. */
  readonly findings: readonly ManifestFinding[]
  readonly signature: PackageSignature
  /** What it is made of, when the package says so; its signer vouches for it, when there is one. */
  readonly sbom?: Sbom
}

/** Who vouches for a package. That a key is the right one is for the caller to know. */
export type PackageSignature =
  | { readonly status: 'unsigned' }
  | {
      readonly status: 'signed'
      readonly keyId: string
      readonly publicKey: string
      readonly statement: PackageStatement
    }

/** How a package is verified. */
export interface VerifyOptions {
  /** Holds the manifest to what a marketplace asks. @default false */
  readonly publishing?: boolean | undefined
  readonly limits?: Partial<PackageLimits> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Checks a package's folder: its manifest, each file, that they are those that were packaged, and its signature.
 * A folder without `.milkbottle` is a plugin that was not packaged: it is checked as it stands, and is unsigned.
 *
 * @throws ManifestError `MB_MANIFEST_…`, `MB_PACKAGE_…`, `MB_DIGEST_MISMATCH`, `MB_SIGNATURE_…`, `MB_KEY_INVALID`
 */
export async function verifyPackage(
  directory: string,
  options: VerifyOptions = {},
): Promise<PackageFacts> {
  const { publishing, limits, signal } = options
  // Before all files are read: whoever names the wrong folder should not wait for it.
  await requireManifest(directory)
  const tree = await readDigestTree(directory, { limits, signal })
  const metadata = await readMetadata(directory)
  if (metadata !== undefined) compareTrees(parseTree(metadata.tree), tree)
  const { manifest, file, bytes, findings } = await readManifest(directory, { publishing, signal })
  const manifestDigest = sha256(bytes)
  checkSame(manifestDigest, basename(file), tree)
  const sbom = metadata?.sbom === undefined ? {} : { sbom: parseSbom(metadata.sbom) }
  const facts = { directory, manifest, manifestFile: file, manifestDigest, tree, findings, ...sbom }
  return { ...facts, signature: checkSignature(metadata, facts) }
}

/** The manifest was read after the tree: a swap in between would verify one and use the other. */
function checkSame(manifestDigest: string, name: string, tree: DigestTree): void {
  if (tree.files.some((each) => each.path === name && each.sha256 === manifestDigest)) return
  throw new ManifestError(
    'MB_DIGEST_MISMATCH',
    `Cannot trust package: "${name}" changed just now`,
    {
      hint: 'Try again when nothing writes to the folder',
      details: { path: name, difference: 'changed in content' },
    },
  )
}

function checkSignature(
  metadata: Metadata | undefined,
  facts: Omit<PackageFacts, 'signature'>,
): PackageSignature {
  if (metadata?.signature === undefined) return { status: 'unsigned' }
  const { keyId, publicKey } = readPublicKey(metadata.signature.key)
  const statement = verifyEnvelope(parseEnvelope(metadata.signature.statement), publicKey)
  checkStatement(statement, facts)
  return { status: 'signed', keyId, publicKey, statement }
}

function parseEnvelope(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw new ManifestError(
      'MB_SIGNATURE_MALFORMED',
      'Cannot verify signature: statement.json is no JSON',
      { cause, hint: 'Get the package from its author again' },
    )
  }
}

// No digest is written so.
const none = 'none'

/** A valid signature about something else is worth nothing: each fact it binds is held against the package. */
function checkStatement(
  { subject: [subject], predicate }: PackageStatement,
  { manifest, manifestDigest, sbom, tree }: Omit<PackageFacts, 'signature'>,
): void {
  const { name, version } = predicate
  const bindings: readonly (readonly [string, string, string])[] = [
    ['files', subject.digest.sha256, tree.digest],
    ['subject', subject.name, `${name}@${version}`],
    ['name', name.slice(name.lastIndexOf('/') + 1), manifest.name],
    ['version', version, manifest.version],
    ['manifest', predicate.manifest.digest.sha256, manifestDigest],
    ['list of contents', predicate.sbom?.digest.sha256 ?? none, sbom?.digest ?? none],
    ['permissions', permissionsHash(predicate.permissions), permissionsHash(manifest.permissions)],
  ]
  for (const [what, signed, present] of bindings) {
    if (signed === present) continue
    throw new ManifestError(
      'MB_SIGNATURE_INVALID',
      `Cannot trust package: its signature is about another ${what} ("${signed}", and this has "${present}")`,
      { hint: 'Get the package from its author again', details: { what, signed, present } },
    )
  }
}
