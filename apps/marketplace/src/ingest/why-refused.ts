import type { PackageFacts } from '@mb/manifest'
import { routes, wireLimits, type EnrolledKey, type Reason } from '@mb/marketplace-protocol'
import type { Catalogue } from '../store/store.ts'
import type { Described } from './describe-package.ts'
import { whyNotBeside } from './why-not-beside.ts'

/** Why a package's signature is not one that the namespace takes. */
export function whyNotSigned(
  { manifest, signature }: PackageFacts,
  { namespace, keys }: { readonly namespace: string; readonly keys: readonly EnrolledKey[] },
): Reason | undefined {
  if (signature.status === 'unsigned') {
    return {
      code: 'signature-required',
      message: 'The package is not signed',
      help: 'Sign it: mb sdk package --sign',
    }
  }
  const { name } = signature.statement.predicate
  if (name.includes('/') && name !== `${namespace}/${manifest.name}`) {
    return {
      code: 'signature-invalid',
      message: `The package was signed as "${name}", not for namespace "${namespace}"`,
      help: 'Package and sign it again',
    }
  }
  return whyNotEnrolled(signature.keyId, { namespace, keys })
}

/** Why a key does not speak for a namespace. */
export function whyNotEnrolled(
  keyId: string,
  { namespace, keys }: { readonly namespace: string; readonly keys: readonly EnrolledKey[] },
): Reason | undefined {
  if (keys.some((key) => key.keyId === keyId)) return undefined
  return {
    code: 'key-not-enrolled',
    message: `Key ${keyId.slice(0, 16)} is not enrolled for namespace "${namespace}"`,
    help: `Enrol it: mb marketplace keys enrol ${namespace}`,
  }
}

/** Why a version cannot stand beside those that are there. */
export function whyNotThisVersion(
  { version: { id, version, needs }, likeness }: Pick<Described, 'version' | 'likeness'>,
  sha256: string,
  catalogue: Pick<Catalogue, 'artefacts' | 'versions'>,
): Reason | undefined {
  const others = catalogue.artefacts(id, version)
  if (others.some((other) => other.sha256 === sha256)) return undefined
  const wrong = whyNotBeside({ platforms: needs?.platforms ?? [], likeness }, others)
  if (wrong !== undefined) {
    const message = `${id} ${version} was published ${wrong}`
    return { code: 'version-exists', message, help: 'Publish it under a new version' }
  }
  const present = catalogue.versions(id) ?? []
  const count = present.reduce((sum, { artefacts }) => sum + (artefacts?.length ?? 1), 0)
  if (count < wireLimits.versions) return undefined
  const message = `${id} has ${count} versions, and no plugin may have more`
  return { code: 'version-conflict', message }
}

// What is told of one version, and of one plugin, has to fit into an answer with room for the rest of it.
const maxDetailBytes = 3 * 1024 * 1024
const maxPermissionBytes = 1024 * 1024

/** Why what is told of a package does not fit into an answer: it would be there, and nobody could get it. */
export function whyTooMuch({ version, about }: Described): Reason | undefined {
  const detail = {
    ...version,
    archive: { ...version.archive, bytes: 1, sha256: version.digest },
    publishedAt: new Date(0).toISOString(),
    scan: { verdict: 'pass', findings: [] },
  }
  const fits = routes.version.answer.safeParse(detail)
  const at = fits.success ? undefined : fits.error.issues[0]
  const isLong =
    bytesOf([detail, about]) > maxDetailBytes || bytesOf(version.permissions) > maxPermissionBytes
  if (at === undefined && !isLong) return undefined
  const what = at === undefined ? 'what it says of itself is too long' : at.path.join('.')
  return {
    code: 'package-invalid',
    message: `The package does not fit into a marketplace: ${what}`,
    help: 'Ask for less, and say it in fewer words',
  }
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
