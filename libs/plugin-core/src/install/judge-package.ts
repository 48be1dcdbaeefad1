import { existsSync } from 'node:fs'
import type { PackageFacts, PluginId } from '@mb/manifest'
import { isGrantOf } from '../consent/covers-request.ts'
import { readGrants, type PluginTrust } from '../consent/grants.ts'
import { checkFit } from '../machine/check-fit.ts'
import { PluginError } from '../plugin-error.ts'
import { isUntouched } from '../store/check-untouched.ts'
import { checkPlace } from '../store/home-folders.ts'
import type { PluginRecord, PluginVersion } from '../store/plugin-record.ts'
import type { State } from '../store/state.ts'
import { checkNamespace, checkSigner } from './check-signer.ts'
import { settleWords } from './command-words.ts'
import type { InstallContext, InstallOptions } from './install-options.ts'

/** A verified package that is to be installed. */
export interface Candidate {
  readonly id: PluginId
  readonly facts: PackageFacts
  readonly options: InstallOptions
  /** The folder that it is run in, instead of being installed. */
  readonly link?: string | undefined
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
      /** This very version, when its files are kept and whole: nothing has to be put in place. */
      readonly kept: PluginVersion | undefined
      /** Whether something stands where its files belong. */
      readonly isTaken: boolean
    }

/**
 * Holds a package against what is installed and trusted.
 *
 * @throws PluginError when it may not be installed
 */
export async function judgePackage(
  { id, facts, options, link }: Candidate,
  state: State,
  { layout, reservedWords }: InstallContext,
): Promise<Judgement> {
  const trust = (await readGrants(layout)).get(id) ?? {}
  checkNamespace(facts.signature, id)
  checkSigner(facts.signature, { id, pinned: trust.signer, publicKey: options.publicKey })
  const place = layout.package(id, facts.manifest.version)
  await checkFit(id, facts.manifest)
  checkPlace(layout, place)
  const present = state.plugins.find((record) => record.id === id)
  // The files of a link are its folder's, and change as somebody writes them.
  const isFixed = link === undefined && present?.link === undefined
  if (present !== undefined && isFixed && options.force !== true) {
    checkVersion(present, facts)
    if (isSame(present, facts, options) && isGrantOf(trust.grant, present))
      return { isInstalled: true, record: present }
  }
  const words = settleWords(facts.manifest, {
    id,
    installed: state.plugins,
    reserved: reservedWords,
    chosen: options.words ?? {},
  })
  const kept =
    options.force === true || !isFixed ? undefined : await findKept(present, facts, place)
  return { isInstalled: false, present, trust, words, kept, isTaken: existsSync(place) }
}

function checkVersion(present: PluginRecord, { manifest, tree }: PackageFacts): void {
  const same = present.versions.find(({ version }) => version === manifest.version)
  if (same === undefined || same.digest === tree.digest) return
  const state = same.version === present.manifest.version ? 'installed' : 'kept from before'
  throw new PluginError(
    'MB_PLUGIN_EXISTS',
    `Cannot install "${present.id}" ${manifest.version}: that version is ${state}, with other content`,
    {
      hint: 'Give the new content a new version, or replace what is installed with --force',
      details: { installed: same.digest, offered: tree.digest },
    },
  )
}

/** The version of a package among those that are kept; undefined when its files are not what they were. */
async function findKept(
  present: PluginRecord | undefined,
  { manifest, tree, signature }: PackageFacts,
  directory: string,
): Promise<PluginVersion | undefined> {
  const keyId = signature.status === 'signed' ? signature.keyId : undefined
  const kept = present?.versions.find(({ version }) => version === manifest.version)
  if (kept?.digest !== tree.digest || kept.keyId !== keyId) return undefined
  return (await isUntouched({ directory, digest: kept.digest })) ? kept : undefined
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
