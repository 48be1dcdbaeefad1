import type { PackageFacts, PluginId } from '@mb/manifest'
import { readGrants, type PluginTrust } from '../consent/grants.ts'
import { PluginError } from '../plugin-error.ts'
import { checkPlace } from '../store/home-folders.ts'
import type { PluginRecord } from '../store/plugin-record.ts'
import type { State } from '../store/state.ts'
import { checkNamespace, checkSigner } from './check-signer.ts'
import { settleWords } from './command-words.ts'
import type { InstallContext, InstallOptions } from './install-options.ts'

/** A verified package that is to be installed. */
export interface Candidate {
  readonly id: PluginId
  readonly facts: PackageFacts
  readonly options: InstallOptions
}

/** What installing a package would mean for a home. */
export type Judgement =
  | { readonly isInstalled: true; readonly record: PluginRecord }
  | {
      readonly isInstalled: false
      /** The version that is installed now. */
      readonly present: PluginRecord | undefined
      readonly trust: PluginTrust
      readonly words: Readonly<Record<string, string>>
    }

/**
 * Holds a package against what is installed and trusted.
 *
 * @throws PluginError when it may not be installed
 */
export async function judgePackage(
  { id, facts, options }: Candidate,
  state: State,
  { layout, reservedWords }: InstallContext,
): Promise<Judgement> {
  const trust = (await readGrants(layout)).get(id) ?? {}
  checkNamespace(facts.signature, id)
  checkSigner(facts.signature, { id, pinned: trust.signer, publicKey: options.publicKey })
  checkPlace(layout, layout.package(id, facts.manifest.version))
  const present = state.plugins.find((record) => record.id === id)
  if (present !== undefined && options.force !== true) {
    checkVersion(present, facts)
    if (isSame(present, facts, options) && trust.grant !== undefined)
      return { isInstalled: true, record: present }
  }
  const words = settleWords(facts.manifest, {
    id,
    installed: state.plugins,
    reserved: reservedWords,
    chosen: options.words ?? {},
  })
  return { isInstalled: false, present, trust, words }
}

function checkVersion(present: PluginRecord, { manifest, tree }: PackageFacts): void {
  if (present.manifest.version !== manifest.version || present.digest === tree.digest) return
  throw new PluginError(
    'MB_PLUGIN_EXISTS',
    `Cannot install "${present.id}" ${manifest.version}: that version is installed, with other content`,
    {
      hint: 'Give the new content a new version, or replace what is installed with --force',
      details: { installed: present.digest, offered: tree.digest },
    },
  )
}

function isSame(
  present: PluginRecord,
  { tree, signature }: PackageFacts,
  { words = {} }: InstallOptions,
): boolean {
  const keyId = signature.status === 'signed' ? signature.keyId : undefined
  const hasWords = Object.entries(words).every(([command, word]) => present.words[command] === word)
  return present.digest === tree.digest && present.keyId === keyId && hasWords
}
