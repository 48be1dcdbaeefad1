import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Clock, Logger } from '@mb/kernel'
import {
  neutralText,
  parsePluginId,
  pluginId,
  type PackageFacts,
  type PluginId,
} from '@mb/manifest'
import { askConsent } from '../consent/ask-consent.ts'
import type { Consent } from '../consent/consent.ts'
import { grantOf, readGrants, type PluginTrust } from '../consent/grants.ts'
import { PluginError } from '../plugin-error.ts'
import { installedPlugin, type PluginRecord } from '../store/plugin-record.ts'
import { checkPlace } from '../store/home-folders.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { readState, type State } from '../store/state.ts'
import { checkPromise } from './check-promise.ts'
import { checkNamespace, checkSigner } from './check-signer.ts'
import { settleWords } from './command-words.ts'
import { commitChange, type ChangeBody, type ChangeContext } from './commit-change.ts'
import type { PackageRepository, RemotePackage } from './package-repository.ts'
import { scanPackage, type Scan } from './scan.ts'
import { sealPackage } from './seal-package.ts'
import { stageSource } from './stage-source.ts'
import { asidePrefix, openStaging } from './staging.ts'

/** How a plugin is installed. */
export interface InstallOptions {
  /** First half of its id. @default 'local' */
  readonly namespace?: string
  /** PEM of the key that has to have signed it. It replaces the pinned one: naming it is how a new key is accepted. */
  readonly publicKey?: string | undefined
  /** Installs again what is installed, also with other content under the same version. @default false */
  readonly force?: boolean | undefined
  /** Word of a command, where it is not to be the command's own name. */
  readonly words?: Readonly<Record<string, string>> | undefined
  /** Id of a signer's key that is accepted in place of the one before; for what comes from a repository. */
  readonly acceptKey?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Told what begins now. */
  readonly onStep?: ((step: InstallStep) => void) | undefined
}

/** What an installation does, in this order. */
export const installSteps = ['find', 'fetch', 'verify', 'scan', 'consent', 'commit'] as const

/** One of the steps of an installation. */
export type InstallStep = (typeof installSteps)[number]

/** Where plugins are installed, and who is asked. */
export interface InstallContext extends ChangeContext {
  readonly consent: Consent | undefined
  readonly scan: Scan | undefined
  readonly logger: Logger
  readonly reservedWords: ReadonlySet<string>
  readonly workspace: string
  readonly clock: Clock
}

/** A verified package in its staging folder. */
interface Candidate {
  readonly id: PluginId
  readonly facts: PackageFacts
  readonly source: string
  readonly options: InstallOptions
  /** What a repository said of it, when it came from one. */
  readonly promised?: RemotePackage
}

/**
 * Installs a plugin from its folder or archive: fetch → verify → scan → consent → commit. Whatever is refused on the way
 * leaves the home as it was.
 *
 * @throws PluginError; ManifestError for what is wrong with the package
 */
export async function installPlugin(
  source: string,
  options: InstallOptions,
  context: InstallContext,
): Promise<InstalledPlugin> {
  const { layout } = context
  const path = resolve(context.workspace, source)
  await using staging = await openStaging(layout)
  const staged = join(staging.directory, 'package')
  options.onStep?.('verify')
  const facts = await stageSource(path, staged, { home: layout.home, signal: options.signal })
  const id = pluginId(options.namespace ?? 'local', facts.manifest.name)
  return await settle({ id, facts, source: path, options }, staged, context)
}

/**
 * Installs what a repository has: find → fetch → verify, also against what was promised → scan → consent → commit.
 *
 * @throws PluginError; ManifestError for what is wrong with the package; what the repository throws
 */
export async function installFrom(
  repository: PackageRepository,
  spec: string,
  options: InstallOptions,
  context: InstallContext,
): Promise<InstalledPlugin> {
  const { layout, logger } = context
  const { signal, onStep } = options
  onStep?.('find')
  const promised = await repository.find(spec, { signal })
  const { id } = parsePluginId(promised.id)
  await using staging = await openStaging(layout)
  const staged = join(staging.directory, 'package')
  onStep?.('fetch')
  const download = join(staging.directory, 'download')
  await mkdir(download, { mode: 0o700 })
  const archive = await promised.fetch(download, { signal })
  onStep?.('verify')
  const facts = await stageSource(archive, staged, { home: layout.home, signal })
  checkPromise(facts, promised)
  const isAccepted = options.acceptKey !== undefined && options.acceptKey === promised.keyId
  const installed = await settle(
    {
      id,
      facts,
      source: `marketplace:${neutralText(promised.repository, 64)}/${id}`,
      options: isAccepted ? { ...options, publicKey: promised.publicKey } : options,
      promised,
    },
    staged,
    context,
  )
  await promised.confirm().catch((error: unknown) => {
    // It is installed, and its signer is pinned for this plugin: only the namespace's pin is missing.
    logger.warn('The signer could not be remembered for its namespace', {
      id,
      error: String(error),
    })
  })
  return installed
}

/** Takes a verified package to its end: known already, refused, or installed. */
async function settle(
  candidate: Candidate,
  staged: string,
  context: InstallContext,
): Promise<InstalledPlugin> {
  const { layout, consent, scan } = context
  const { id, facts, options, promised } = candidate
  const before = await judge(candidate, readState(layout), context)
  if (before.isInstalled) return installedPlugin(before.record, layout)
  if (scan !== undefined) options.onStep?.('scan')
  const findings = await scanPackage(scan, { id, directory: staged, signal: options.signal })
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
  await sealPackage(staged)
  return await commitChange(context, async (state) => {
    // Others may have installed something while the person was thinking.
    const now = await judge(candidate, state, context)
    return now.isInstalled
      ? { result: installedPlugin(now.record, layout) }
      : installation(candidate, now, staged, context)
  })
}

type Judgement =
  | { readonly isInstalled: true; readonly record: PluginRecord }
  | {
      readonly isInstalled: false
      /** The version that is installed now. */
      readonly present: PluginRecord | undefined
      readonly trust: PluginTrust
      readonly words: Readonly<Record<string, string>>
    }

async function judge(
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

function installation(
  { id, facts, source }: Candidate,
  { present, trust, words }: Extract<Judgement, { isInstalled: false }>,
  staged: string,
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
        from: staged,
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
