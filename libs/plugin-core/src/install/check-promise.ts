import {
  neutralText,
  parsePluginId,
  parsePluginName,
  type PackageFacts,
  type PluginId,
} from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import type { RemotePackage } from './package-repository.ts'

/**
 * Refuses an offer of another plugin than was asked for, and one in the namespace `local`: that is for what came from
 * this machine, and nobody vouches for it.
 *
 * @returns the plugin's id
 * @throws PluginError `MB_PLUGIN_NOT_AS_PROMISED`; ManifestError `MB_NAME_INVALID`
 */
export function checkOffer(
  offer: Pick<RemotePackage, 'id' | 'repository'>,
  spec: string,
): PluginId {
  const { id, namespace, name } = parsePluginId(offer.id)
  const [asked = ''] = spec.split('@')
  const wanted = asked.includes('/') ? parsePluginId(asked).id : parsePluginName(asked)
  if (namespace !== 'local' && (wanted === id || wanted === name)) return id
  throw notAsPromised(
    `Cannot install "${neutralText(spec)}": marketplace ${quote(offer.repository)} offers "${id}" for it`,
    { spec, offered: id },
  )
}

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
  const { id, name } = parsePluginId(promised.id)
  const facts: readonly (readonly [what: string, promised: string, found: string])[] = [
    ['name', name, manifest.name],
    ['version', promised.version, manifest.version],
    ['signer', promised.keyId, signature.status === 'signed' ? signature.keyId : 'nobody'],
    ['content', promised.digest, tree.digest],
  ]
  const breach = facts.find(([, wanted, found]) => wanted !== found)
  if (breach === undefined) return
  const [what, wanted, found] = breach
  throw notAsPromised(
    `Cannot install "${id}": marketplace ${quote(promised.repository)} promised ${what} ${quote(wanted)}, and what came has ${quote(found)}`,
    { what, promised: wanted, found },
  )
}

function notAsPromised(message: string, details: Readonly<Record<string, string>>): PluginError {
  return new PluginError('MB_PLUGIN_NOT_AS_PROMISED', message, {
    hint: 'Do not use this marketplace until its operator has explained it',
    details,
  })
}

function quote(text: string): string {
  return JSON.stringify(neutralText(text, 32))
}
