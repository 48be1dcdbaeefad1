import type { PackageFacts } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import type { RemotePackage } from './package-repository.ts'

/**
 * Refuses a package that is in order, but is not the one that its repository promised: another plugin, version or
 * content, or the work of another signer. An old version under a new number would bring mended faults back.
 *
 * @throws PluginError `MB_PLUGIN_NOT_AS_PROMISED`
 */
export function checkPromise(
  { manifest, tree, signature }: PackageFacts,
  promised: Pick<RemotePackage, 'id' | 'version' | 'digest' | 'keyId' | 'repository'>,
): void {
  const [, name] = promised.id.split('/')
  const facts: readonly (readonly [what: string, promised: string | undefined, found: string])[] = [
    ['name', name, manifest.name],
    ['version', promised.version, manifest.version],
    ['signer', promised.keyId, signature.status === 'signed' ? signature.keyId : 'nobody'],
    ['content', promised.digest, tree.digest],
  ]
  const breach = facts.find(([, wanted, found]) => wanted !== found)
  if (breach === undefined) return
  const [what, wanted, found] = breach
  throw new PluginError(
    'MB_PLUGIN_NOT_AS_PROMISED',
    `Cannot install "${promised.id}": marketplace "${promised.repository}" promised ${what} ${short(wanted ?? '')}, and what came has ${short(found)}`,
    {
      hint: 'Do not use this marketplace until its operator has explained it',
      details: { what, promised: wanted, found },
    },
  )
}

function short(text: string): string {
  return JSON.stringify(text.length > 32 ? `${text.slice(0, 16)}…` : text)
}
