import { verifyPackage, type PackageFacts } from '@mb/manifest'
import { setPluginTrust } from '../install/change-plugin.ts'
import type { ChangeContext } from '../install/commit-change.ts'
import { readLinked } from '../install/linked-plugin.ts'
import { checkUntouched } from '../store/check-untouched.ts'
import { findPlugin } from '../store/find-plugin.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { directoryOf, installedPlugin, type PluginRecord } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import { grantOf, type Agreement } from './agreement.ts'
import { askConsent } from './ask-consent.ts'
import type { Consent } from './consent.ts'
import { readGrants, type PluginTrust } from './grants.ts'
import { namedPermissions } from './named-permissions.ts'

/** What a person wants to agree to. */
export interface ApproveOptions {
  /** Names or kinds of optional permissions that are granted too. */
  readonly optional?: readonly string[] | undefined
  /** Only for the version that is installed, so that every update asks. @default false */
  readonly isExact?: boolean | undefined
}

/**
 * Asks the person about an installed plugin, unless all of it is agreed to already.
 *
 * @throws PluginError `MB_PLUGIN_CONSENT_NEEDED`, `MB_PLUGIN_CONSENT_DENIED`, `MB_PLUGIN_TAMPERED`,
 *   `MB_PERMISSION_UNKNOWN`
 */
export async function approvePlugin(
  name: string,
  { optional = [], isExact = false }: ApproveOptions,
  context: ChangeContext & { readonly consent: Consent | undefined },
): Promise<InstalledPlugin> {
  const { layout, consent, clock } = context
  const record = findPlugin(readState(layout).plugins, name)
  const { id, digest, source } = record
  const { manifest, signature } = await verified(record, layout)
  namedPermissions(id, optional, manifest.optionalPermissions)
  const trust = (await readGrants(layout)).get(id) ?? {}
  const asked = await askConsent(
    {
      id,
      manifest,
      signature,
      source,
      digest,
      trust,
      keyWasNamed: false,
      installed: manifest.version,
      isApproval: true,
      optional,
      isExact,
    },
    consent,
  )
  const agreement = asked ?? (isExact ? narrowed(trust, manifest.version) : undefined)
  if (agreement === undefined) return installedPlugin(record, layout)
  const grantedAt = new Date(clock.now()).toISOString()
  return await setPluginTrust(
    id,
    (present, now) =>
      // What was agreed to is this manifest; another version may have come meanwhile.
      now.digest === digest
        ? {
            after: {
              ...present,
              grant: grantOf({ manifest, keyId: now.keyId, source }, agreement, grantedAt),
            },
            action: 'grant',
            reason: `good for ${agreement.range}`,
          }
        : undefined,
    context,
  )
}

/** What is installed, found to be what it was; of a linked plugin, what lies in its folder now. */
async function verified(
  record: PluginRecord,
  layout: HomeLayout,
): Promise<Pick<PackageFacts, 'manifest' | 'signature'>> {
  const { id, digest, link } = record
  if (link !== undefined) {
    const { manifest } = await readLinked(id, link)
    return { manifest, signature: { status: 'unsigned' } }
  }
  const directory = directoryOf(record, layout)
  await checkUntouched({ id, directory, digest })
  return await verifyPackage(directory)
}

/** What was granted, for one version; to hold it to less nobody has to be asked. */
function narrowed({ grant }: PluginTrust, version: string): Agreement | undefined {
  return grant === undefined || grant.range === version
    ? undefined
    : { permissions: grant.permissions, range: version }
}
