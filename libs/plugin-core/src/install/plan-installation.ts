import { isOlder } from '@mb/manifest'
import { grantAfter, type Agreement } from '../consent/agreement.ts'
import type { PluginTrust } from '../consent/grants.ts'
import type { HistoryNote } from '../store/history.ts'
import { withActive, type PluginRecord, type PluginVersion } from '../store/plugin-record.ts'
import type { ChangePart } from './change-plan.ts'
import type { InstallContext } from './install-options.ts'
import type { Judgement } from './judge-package.ts'
import type { StagedPackage } from './staged-package.ts'
import { asidePath } from './staging.ts'

/** What installing one package comes to. */
export interface Installation {
  /** The plugin afterwards. */
  readonly record: PluginRecord
  readonly part: ChangePart
  readonly note: HistoryNote
}

/** How an installed plugin is changed when a version becomes active. */
export type Activation = Pick<Installation, 'record'> & Pick<ChangePart, 'obsolete'>

/**
 * Plans the installation of a package that was judged, and agreed to unless the present grant holds for it. The files of
 * the version before are kept.
 */
export function planInstallation(
  staged: StagedPackage,
  judged: Extract<Judgement, { isInstalled: false }>,
  context: InstallContext & { readonly agreement: Agreement | undefined },
): Installation {
  const { layout, clock, agreement } = context
  const { id, facts, directory, source, link, wantedBy = 'person', set } = staged
  const { present, trust, words, kept, isTaken } = judged
  const { manifest, signature, tree } = facts
  const { version } = manifest
  const keyId = signature.status === 'signed' ? signature.keyId : undefined
  const at = new Date(clock.now()).toISOString()
  const active = kept ?? { version, digest: tree.digest, keyId, installedAt: at, source, manifest }
  const { record, obsolete } = activation(
    present ?? firstRecord(id, active, { words, wantedBy }),
    active,
    context,
  )
  const grant = grantAfter(trust.grant, active, { agreement, at })
  const to = layout.package(id, version)
  const place = { from: directory, to, ...(isTaken ? { aside: asidePath(layout) } : {}) }
  return {
    record: {
      ...record,
      ...(present === undefined ? set : {}),
      words,
      wantedBy: present?.wantedBy === 'person' ? 'person' : wantedBy,
      ...(link === undefined ? {} : { link }),
    },
    part: {
      id,
      ...(kept === undefined && link === undefined ? { place } : {}),
      obsolete: link !== undefined && isTaken ? [...obsolete, to] : obsolete,
      trust: {
        before: trust,
        after: {
          ...(grant === undefined ? {} : { grant }),
          ...signerAfter(trust, keyId, at),
        },
      },
    },
    note:
      link === undefined
        ? noteOf(id, present?.manifest.version, version)
        : { id, action: 'link', from: present?.manifest.version, to: version, reason: link },
  }
}

/**
 * Makes a version the active one. Of the others the one that was active until now is kept, and of the rest those that
 * came last.
 */
export function activation(
  present: PluginRecord,
  active: PluginVersion,
  { layout, keepVersions }: Pick<InstallContext, 'layout' | 'keepVersions'>,
): Activation {
  const { link: _, held, ...record } = withActive(withoutLinked(present), active)
  const others = record.versions
    .filter(({ version }) => version !== active.version)
    .toSorted((a, b) => {
      if (a.version === present.manifest.version) return -1
      if (b.version === present.manifest.version) return 1
      return a.installedAt < b.installedAt ? 1 : -1
    })
  const dropped = new Set(others.slice(keepVersions).map(({ version }) => version))
  const waits = held !== undefined && isOlder(active.version, held.version)
  return {
    record: {
      ...record,
      versions: record.versions.filter(({ version }) => !dropped.has(version)),
      ...(waits ? { held } : {}),
    },
    obsolete: [...dropped].flatMap((version) => [
      layout.package(present.id, version),
      layout.backupOf(present.id, version),
    ]),
  }
}

/** A version that was run in place has no files here that could be returned to. */
function withoutLinked(present: PluginRecord): PluginRecord {
  if (present.link === undefined) return present
  const { version } = present.manifest
  return { ...present, versions: present.versions.filter((each) => each.version !== version) }
}

function firstRecord(
  id: string,
  active: PluginVersion,
  options: Pick<PluginRecord, 'words' | 'wantedBy'>,
): PluginRecord {
  const { version: _, ...facts } = active
  return { ...facts, ...options, id, enabled: true, versions: [] }
}

function noteOf(id: string, from: string | undefined, to: string): HistoryNote {
  const isUpdate = from !== undefined && isOlder(from, to)
  return { id, action: isUpdate ? 'update' : 'install', from, to }
}

function signerAfter(
  { signer }: PluginTrust,
  keyId: string | undefined,
  pinnedAt: string,
): Pick<PluginTrust, 'signer'> {
  if (keyId === undefined || keyId === signer?.keyId) return signer === undefined ? {} : { signer }
  return { signer: { keyId, pinnedAt } }
}
