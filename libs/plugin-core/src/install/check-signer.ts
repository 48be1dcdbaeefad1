import { readPublicKey, type PackageFacts } from '@mb/manifest'
import type { PinnedSigner } from '../consent/grants.ts'
import { PluginError } from '../plugin-error.ts'

/** What a package's signature is held against. */
export interface SignerRule {
  readonly id: string
  /** The key of the first signed install of this plugin. */
  readonly pinned: PinnedSigner | undefined
  /** PEM of the key that the caller names; it stands above the pinned one, because the person says so now. */
  readonly publicKey: string | undefined
}

/**
 * Refuses a package that is not by whom it has to be: by the key that was named, else by the one that was pinned.
 *
 * @throws PluginError `MB_PLUGIN_UNSIGNED`, `MB_PLUGIN_SIGNER_CHANGED`; ManifestError `MB_KEY_INVALID`
 */
export function checkSigner(
  signature: PackageFacts['signature'],
  { id, pinned, publicKey }: SignerRule,
): void {
  const named = publicKey === undefined ? undefined : readPublicKey(publicKey).keyId
  const required = named ?? pinned?.keyId
  if (required === undefined) return
  const why = named === undefined ? 'the versions before it were signed with' : 'you require'
  if (signature.status === 'unsigned') {
    throw new PluginError(
      'MB_PLUGIN_UNSIGNED',
      `Cannot install "${id}": it is not signed, and ${why} key ${shortKey(required)}`,
      {
        hint:
          named === undefined
            ? `Ask its author for a signed package; to trust it anyway, first uninstall it with --forget-signer`
            : 'Ask its author for a signed package',
        details: { required },
      },
    )
  }
  if (signature.keyId === required) return
  throw new PluginError(
    'MB_PLUGIN_SIGNER_CHANGED',
    `Cannot install "${id}": it is signed with key ${shortKey(signature.keyId)}, and ${why} ${shortKey(required)}`,
    {
      hint:
        named === undefined
          ? `Ask its author whether the key was replaced; if so, accept it by --accept-key ${signature.keyId}, or by --public-key and its file`
          : 'Check the key with its author',
      details: { required, found: signature.keyId },
    },
  )
}

/**
 * Refuses a package that was signed for another namespace. Under `local`, which vouches for nobody, any may be tried.
 *
 * @throws PluginError `MB_PLUGIN_NAMESPACE`
 */
export function checkNamespace(signature: PackageFacts['signature'], id: string): void {
  if (signature.status === 'unsigned' || id.startsWith('local/')) return
  const { name } = signature.statement.predicate
  if (!name.includes('/') || name === id) return
  throw new PluginError(
    'MB_PLUGIN_NAMESPACE',
    `Cannot install "${id}": the package was signed as "${name}"`,
    { hint: 'Install it in the namespace that it was signed for', details: { signed: name } },
  )
}

/** Enough of a key id to tell keys apart by eye. */
function shortKey(keyId: string): string {
  return keyId.slice(0, 16)
}
