import {
  extractArchive,
  findManifest,
  ManifestError,
  verifyPackage,
  type ArchiveForm,
  type PackageFacts,
} from '@mb/manifest'
import { versionSchema, type Reason } from '@mb/marketplace-protocol'
import type { Store } from '../store/store.ts'
import { describePackage, type Described } from './describe-package.ts'
import { reasonsOf } from './reasons.ts'
import { whyNotSigned, whyNotThisVersion, whyTooMuch } from './why-refused.ts'

/** How long one package may take to be judged and scanned. */
export const judgeTimeoutMs: number = 120_000

/** A package in order, or why it is not. */
export type Judgement =
  | { readonly ok: true; readonly described: Described }
  | {
      readonly ok: false
      readonly reasons: readonly Reason[]
      /** As far as it is known what it is. */
      readonly plugin?: string
      readonly version?: string
    }

/** What a package is held against. */
export interface JudgeOptions {
  readonly namespace: string
  /** Of the archive. */
  readonly sha256: string
  readonly store: Pick<Store, 'keys' | 'catalogue'>
  /** Folder that does not exist yet; the package's files are there afterwards. */
  readonly destination: string
  readonly signal: AbortSignal
}

/**
 * Extracts a package and checks it whole: files, manifest, signature, that the signer may speak for the namespace, and
 * that the version may come to those that are there.
 */
export async function judge(file: string, options: JudgeOptions): Promise<Judgement> {
  const { namespace, sha256, store } = options
  const opened = await open(file, options)
  if ('reasons' in opened) return { ok: false, reasons: opened.reasons }
  const { facts, form } = opened
  const { signature } = facts
  const id = nameOf(facts, namespace)
  const unsigned = whyNotSigned(facts, { namespace, keys: store.keys.of(namespace) })
  if (unsigned !== undefined) return { ok: false, reasons: [unsigned], ...id }
  if (signature.status === 'unsigned') throw new TypeError('Cannot describe an unsigned package')
  const described = await describePackage({ ...facts, signature }, { namespace, form })
  const refusal = whyTooMuch(described) ?? whyNotThisVersion(described, sha256, store.catalogue)
  if (refusal === undefined) return { ok: true, described }
  return { ok: false, reasons: [refusal], ...id }
}

/** What it says that it is, as far as that can be told. */
function nameOf(
  { manifest: { name, version } }: PackageFacts,
  namespace: string,
): { readonly plugin?: string; readonly version?: string } {
  const isVersion = versionSchema.safeParse(version).success
  return isVersion ? { plugin: `${namespace}/${name}`, version } : {}
}

async function open(
  file: string,
  { destination, signal }: JudgeOptions,
): Promise<
  | { readonly form: ArchiveForm; readonly facts: PackageFacts }
  | { readonly reasons: readonly Reason[] }
> {
  try {
    const { form } = await extractArchive(file, destination, { signal })
    return { form, facts: await verifyPackage(destination, { publishing: true, signal }) }
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    const manifest = await findManifest(destination).catch(() => undefined)
    return { reasons: reasonsOf(error, { directory: destination, manifest }) }
  }
}
