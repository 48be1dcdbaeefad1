import { isDeepStrictEqual } from 'node:util'
import { neutralText, type Manifest } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import type { Offer } from './package-repository.ts'

/**
 * Refuses a package that needs other things than its repository told: versions were chosen, and the person was asked, by
 * what was told.
 *
 * @throws PluginError `MB_PLUGIN_NOT_AS_PROMISED`
 */
export function checkNeeds(offer: Offer, manifest: Manifest): void {
  const { plugins, optionalPlugins, engines, platforms } = manifest
  const facts: readonly (readonly [what: string, told: unknown, found: unknown])[] = [
    ['plugins', { ...offer.plugins }, { ...plugins }],
    ['optional plugins', { ...offer.optionalPlugins }, { ...optionalPlugins }],
    ['engines', { ...offer.engines }, { ...engines }],
    ['platforms', [...platformsTold(offer, platforms)], [...platforms]],
  ]
  const breach = facts.find(([, told, found]) => !isDeepStrictEqual(told, found))
  if (breach === undefined) return
  const [what, told, found] = breach
  throw new PluginError(
    'MB_PLUGIN_NOT_AS_PROMISED',
    `Cannot install "${offer.id}" ${offer.version}: marketplace "${neutralText(offer.repository ?? '', 32)}" told of other ${what} than its signed manifest asks for`,
    {
      hint: 'Do not use this marketplace until its operator has explained it',
      details: { what, told, found },
    },
  )
}

/** Where a version is made for several platforms apart, one of those has to be this. */
function platformsTold(
  { platforms, artefacts = [] }: Offer,
  found: readonly string[],
): readonly string[] {
  const same = artefacts.find((each) => isDeepStrictEqual([...each.platforms], [...found]))
  return same?.platforms ?? platforms
}
