import { readTextBounded } from '@mb/kernel'
import {
  describePermissions,
  extractArchive,
  ManifestError,
  verifyPackage,
  type PackageFacts,
} from '@mb/manifest'
import type { Reason, VersionDetail } from '@mb/marketplace-protocol'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EnrolledKey, LiveVersion } from '../store/store.ts'
import { reasonsOf } from './reasons.ts'

/** What a package is, that was found to be in order. */
export interface Judged {
  readonly directory: string
  readonly version: Omit<VersionDetail, 'publishedAt' | 'scan' | 'archive'> & {
    readonly archive: Pick<VersionDetail['archive'], 'form'>
  }
  readonly about: LiveVersion['about']
  /** What could be better. */
  readonly warnings: readonly Reason[]
}

/** A package in order, or why it is not. */
export type Judgement =
  | { readonly ok: true; readonly judged: Judged }
  | { readonly ok: false; readonly reasons: readonly Reason[] }

/** What a package is held against. */
export interface JudgeOptions {
  readonly namespace: string
  readonly keys: readonly EnrolledKey[]
  /** Folder that does not exist yet. */
  readonly destination: string
  readonly signal: AbortSignal
}

const maxReadmeBytes = 256 * 1024

/** Extracts a package and checks it whole: files, manifest, signature, and that the signer may speak for the namespace. */
export async function judge(file: string, options: JudgeOptions): Promise<Judgement> {
  const { destination, signal } = options
  let form: VersionDetail['archive']['form']
  let facts: PackageFacts
  try {
    ;({ form } = await extractArchive(file, destination, { signal }))
    facts = await verifyPackage(destination, { publishing: true, signal })
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    return { ok: false, reasons: reasonsOf(error) }
  }
  const { signature } = facts
  const refusal = whyNotSigned(facts, options)
  if (refusal !== undefined || signature.status === 'unsigned')
    return { ok: false, reasons: refusal === undefined ? [] : [refusal] }
  return { ok: true, judged: await describe(facts, signature, form, options) }
}

type Signed = Extract<PackageFacts['signature'], { status: 'signed' }>

async function describe(
  facts: PackageFacts,
  signature: Signed,
  form: VersionDetail['archive']['form'],
  { namespace, destination }: JudgeOptions,
): Promise<Judged> {
  const { manifest, tree, findings } = facts
  const { license, homepage, repository } = manifest
  const readme = await readReadme(destination)
  const optional = {
    ...(license === undefined ? {} : { license }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(repository === undefined ? {} : { repository }),
  }
  return {
    directory: destination,
    version: {
      id: `${namespace}/${manifest.name}`,
      version: manifest.version,
      archive: { form },
      digest: tree.digest,
      keyId: signature.keyId,
      publicKey: signature.publicKey,
      statement: await readStatement(destination),
      permissions: describePermissions(manifest.permissions),
      commands: manifest.commands.map(({ name, summary }) => ({ name, summary })),
      runtime: manifest.runtime,
      ...(license === undefined ? {} : { license }),
    },
    about: {
      description: manifest.description,
      author: manifest.author,
      keywords: [...new Set([...manifest.keywords, ...manifest.capabilities])],
      ...optional,
      ...(readme === undefined ? {} : { readme }),
    },
    warnings: findings.map(({ code, message, line, hint }) => ({
      code,
      message,
      file: 'plugin.yaml',
      ...(line === undefined ? {} : { line }),
      ...(hint === undefined ? {} : { help: hint }),
    })),
  }
}

function whyNotSigned(
  { manifest, signature }: PackageFacts,
  { namespace, keys }: JudgeOptions,
): Reason | undefined {
  if (signature.status === 'unsigned') {
    return {
      code: 'signature-required',
      message: 'The package is not signed',
      help: 'Sign it: mb sdk package --sign',
    }
  }
  const { name } = signature.statement.predicate
  if (name.includes('/') && name !== `${namespace}/${manifest.name}`) {
    return {
      code: 'signature-invalid',
      message: `The package was signed as "${name}", not for namespace "${namespace}"`,
      help: 'Package and sign it again',
    }
  }
  if (keys.some(({ keyId }) => keyId === signature.keyId)) return undefined
  return {
    code: 'key-not-enrolled',
    message: `Key ${signature.keyId.slice(0, 16)} is not enrolled for namespace "${namespace}"`,
    help: `Enrol it: mb marketplace keys enrol ${namespace}`,
  }
}

// It was verified a moment ago; what is kept is the signer's own envelope, byte for byte the same statement.
async function readStatement(directory: string): Promise<VersionDetail['statement']> {
  const text = await readFile(join(directory, '.milkbottle', 'statement.json'), 'utf8')
  return JSON.parse(text)
}

async function readReadme(directory: string): Promise<string | undefined> {
  const name = (await readdir(directory)).find((each) => /^readme(?:\.md)?$/i.test(each))
  if (name === undefined) return undefined
  try {
    return await readTextBounded(join(directory, name), { maxBytes: maxReadmeBytes })
  } catch {
    // A README that is a folder or too long keeps nobody from publishing.
    return undefined
  }
}
