import { canonicalJson } from '@mb/kernel'
import { neutralText, type Manifest } from '@mb/manifest'
import type { Artefact, Offer } from '../install/package-repository.ts'
import { PluginError } from '../plugin-error.ts'
import type { LockedPlugin } from './lockfile.ts'
import { hashOf } from './read-lockfile.ts'

/** A verified package, as a lockfile knows it. */
export interface LockableFacts {
  readonly manifest: Manifest
  /** Of its tree. */
  readonly digest: string
  /** Who signed it; undefined for nobody. */
  readonly keyId: string | undefined
}

/** Pins a package. */
export function lockedPlugin(
  { repository, artefacts }: Pick<Offer, 'repository' | 'artefacts'>,
  { manifest, digest, keyId }: LockableFacts,
): LockedPlugin {
  const { version, permissions, optionalPermissions, plugins, optionalPlugins } = manifest
  return {
    version,
    ...(repository === undefined ? {} : { repository }),
    digest,
    ...(keyId === undefined ? {} : { keyId }),
    ...(artefacts === undefined || artefacts.length === 0
      ? {}
      : { artefacts: Object.fromEntries(artefacts.map(artefactEntry)) }),
    permissions,
    optionalPermissions,
    permissionsHash: hashOf({ permissions, optionalPermissions }),
    plugins,
    optionalPlugins,
  }
}

function artefactEntry({
  platforms,
  digest,
  keyId,
}: Artefact): readonly [string, { readonly digest: string; readonly keyId: string }] {
  return [platforms.length === 0 ? 'any' : platforms.toSorted().join(' '), { digest, keyId }]
}

/**
 * Refuses a package that is not the one that is pinned, also when it is in order otherwise: other content under the same
 * version is what a lockfile is there to notice.
 *
 * @param repository - where it comes from, when that is known
 * @throws PluginError `MB_LOCKFILE_MISMATCH`
 */
export function checkLocked(
  id: string,
  locked: LockedPlugin,
  {
    facts,
    repository,
  }: { readonly facts: LockableFacts; readonly repository?: string | undefined },
): void {
  const { manifest, digest, keyId } = facts
  const { permissions, optionalPermissions } = manifest
  const same = Object.values(locked.artefacts ?? {}).find((each) => each.digest === digest)
  const pinned = same ?? locked
  const breach = (
    [
      ['version', locked.version, manifest.version],
      ['content', pinned.digest, digest],
      ['signer', pinned.keyId ?? 'nobody', keyId ?? 'nobody'],
      ['permissions', locked.permissionsHash, hashOf({ permissions, optionalPermissions })],
      ['dependencies', needsIn(locked), needsIn(manifest)],
      ['repository', locked.repository, repository ?? locked.repository],
    ] as const
  ).find(([, wanted, found]) => wanted !== found)
  if (breach === undefined) return
  const [what, wanted, found] = breach
  throw new PluginError(
    'MB_LOCKFILE_MISMATCH',
    `Cannot install "${id}" ${manifest.version}: the lockfile pins ${what} ${quote(wanted)}, and what is there has ${quote(found)}`,
    {
      hint: 'Find out why it changed; to take it as it is now, remove the plugin from the lockfile and run mb plugin lock',
      details: { id, what, locked: wanted ?? null, found: found ?? null },
    },
  )
}

function needsIn({
  plugins,
  optionalPlugins,
}: Pick<Manifest, 'plugins' | 'optionalPlugins'>): string {
  return canonicalJson({ plugins, optionalPlugins })
}

function quote(text: string | undefined): string {
  return text === undefined ? 'none' : JSON.stringify(neutralText(text, 32))
}
