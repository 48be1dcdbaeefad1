import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { askConsent } from '../consent/ask-consent.ts'
import { grantOf, type PluginTrust } from '../consent/grants.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { installedPlugin, type PluginRecord } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import { commitChange, type ChangeBody } from './commit-change.ts'
import type { InstallContext } from './install-options.ts'
import { judgePackage, type Candidate, type Judgement } from './judge-package.ts'
import type { RemotePackage } from './package-repository.ts'
import { scanPackage } from './scan.ts'
import { sealPackage } from './seal-package.ts'
import { asidePrefix } from './staging.ts'

/** A verified package in a folder of its own. */
export interface StagedPackage extends Candidate {
  readonly directory: string
  /** Where it came from, for people. */
  readonly source: string
  /** What a repository said of it, when it came from one. */
  readonly promised?: Pick<RemotePackage, 'repository' | 'isKeyKnown'>
}

/**
 * Installs a verified package, or finds it installed already: scan → consent → commit.
 *
 * @throws PluginError
 */
export async function installPackage(
  staged: StagedPackage,
  context: InstallContext,
): Promise<InstalledPlugin> {
  const { layout, consent, scan } = context
  const { id, facts, directory, options, promised } = staged
  const before = await judgePackage(staged, readState(layout), context)
  if (before.isInstalled) return installedPlugin(before.record, layout)
  if (scan !== undefined) options.onStep?.('scan')
  const findings = await scanPackage(scan, { id, directory, signal: options.signal })
  options.onStep?.('consent')
  await askConsent(
    {
      id,
      manifest: facts.manifest,
      signature: facts.signature,
      digest: facts.tree.digest,
      findings,
      repository: promised?.repository,
      trust: before.trust,
      keyWasNamed: options.publicKey !== undefined || promised?.isKeyKnown === true,
      installed: before.present?.manifest.version,
    },
    consent,
  )
  options.signal?.throwIfAborted()
  options.onStep?.('commit')
  await sealPackage(directory)
  return await commitChange(context, async (state) => {
    // Others may have installed something while the person was thinking.
    const now = await judgePackage(staged, state, context)
    return now.isInstalled
      ? { result: installedPlugin(now.record, layout) }
      : installation(staged, now, context)
  })
}

function installation(
  { id, facts, source, directory }: StagedPackage,
  { present, trust, words }: Extract<Judgement, { isInstalled: false }>,
  { layout, clock }: InstallContext,
): ChangeBody<InstalledPlugin> {
  const { manifest, signature, tree } = facts
  const keyId = signature.status === 'signed' ? signature.keyId : undefined
  const installedAt = new Date(clock.now()).toISOString()
  const record: PluginRecord = {
    id,
    enabled: present?.enabled ?? true,
    digest: tree.digest,
    keyId,
    installedAt,
    source,
    words,
    manifest,
  }
  const to = layout.package(id, manifest.version)
  const old = present === undefined ? undefined : layout.package(id, present.manifest.version)
  return {
    plan: {
      id,
      place: {
        from: directory,
        to,
        ...(existsSync(to) ? { aside: join(layout.staging, `${asidePrefix}${randomUUID()}`) } : {}),
      },
      obsolete: old === undefined || old === to ? [] : [old],
      trust: {
        before: trust,
        after: {
          grant: grantOf({ manifest, keyId, grantedAt: installedAt }),
          ...signerAfter(trust, keyId, installedAt),
        },
      },
    },
    apply: (state) => state.put(record),
    result: installedPlugin(record, layout),
  }
}

function signerAfter(
  { signer }: PluginTrust,
  keyId: string | undefined,
  pinnedAt: string,
): Pick<PluginTrust, 'signer'> {
  if (keyId === undefined || keyId === signer?.keyId) return signer === undefined ? {} : { signer }
  return { signer: { keyId, pinnedAt } }
}
