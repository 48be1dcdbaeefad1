import {
  describePermissions,
  readPublicKey,
  verifyEnvelope,
  type PackageStatement,
} from '@mb/manifest'
import { isMbError } from '@mb/kernel'
import type { VersionDetail } from '@mb/marketplace-protocol'
import { MarketplaceError } from '../marketplace-error.ts'

/**
 * Checks that the key which a marketplace names signed this very version: its id, number and files. What it asks for is
 * told as it was signed, whatever the marketplace said.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_SIGNATURE_INVALID`
 */
export function verifyVersion(version: VersionDetail): VersionDetail {
  const statement = signedStatement(version)
  const [subject] = statement.subject
  const { name, version: number, permissions } = statement.predicate
  // A package may be signed for any namespace; its key is what ties it to one.
  const own = version.id.slice(version.id.indexOf('/') + 1)
  const bindings: readonly (readonly [string, string, string])[] = [
    ['plugin', name, name === own ? own : version.id],
    ['version', number, version.version],
    ['package', subject.name, `${name}@${number}`],
    ['content', subject.digest.sha256, version.digest],
  ]
  for (const [what, signed, claimed] of bindings) {
    if (signed === claimed) continue
    throw invalid(version, `the signature is about another ${what} ("${signed}", not "${claimed}")`)
  }
  return { ...version, permissions: describePermissions(permissions) }
}

function signedStatement(version: VersionDetail): PackageStatement {
  try {
    const { keyId } = readPublicKey(version.publicKey)
    if (keyId !== version.keyId) throw invalid(version, 'its key is not the one that is named')
    return verifyEnvelope(version.statement, version.publicKey)
  } catch (error) {
    if (error instanceof MarketplaceError || !isMbError(error)) throw error
    throw invalid(version, 'its signature does not hold', error)
  }
}

function invalid(version: VersionDetail, is: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(
    'MB_MARKETPLACE_SIGNATURE_INVALID',
    `Cannot trust ${version.id}@${version.version}: ${is}`,
    {
      hint: 'Do not install it; tell its author, and whoever runs the marketplace',
      cause,
      details: { id: version.id, version: version.version, keyId: version.keyId },
    },
  )
}
