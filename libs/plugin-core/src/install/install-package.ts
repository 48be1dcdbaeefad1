import { askConsent } from '../consent/ask-consent.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { installedPlugin, type PluginRecord } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import { commitChange } from './commit-change.ts'
import type { InstallContext } from './install-options.ts'
import { judgePackage, type Candidate } from './judge-package.ts'
import type { RemotePackage } from './package-repository.ts'
import { planInstallation } from './plan-installation.ts'
import { scanPackage } from './scan.ts'
import { sealPackage } from './seal-package.ts'

/** A verified package in a folder of its own. */
export interface StagedPackage extends Candidate {
  readonly directory: string
  /** Where it came from, for people. */
  readonly source: string
  /** Whether somebody asked for it, or another plugin needs it. @default 'person' */
  readonly wantedBy?: PluginRecord['wantedBy']
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
  const { id, facts, directory, source, options, promised } = staged
  const before = await judgePackage(staged, readState(layout), context)
  if (before.isInstalled) return installedPlugin(before.record, layout)
  if (scan !== undefined) options.onStep?.('scan')
  const findings = await scanPackage(scan, { id, directory, signal: options.signal })
  options.onStep?.('consent')
  const agreement = await askConsent(
    {
      id,
      manifest: facts.manifest,
      signature: facts.signature,
      source,
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
    if (now.isInstalled) return { result: installedPlugin(now.record, layout) }
    const { record, part, note } = planInstallation(staged, now, { ...context, agreement })
    return {
      plan: { parts: [part] },
      apply: (change) => change.put(record),
      history: [note],
      result: installedPlugin(record, layout),
    }
  })
}
