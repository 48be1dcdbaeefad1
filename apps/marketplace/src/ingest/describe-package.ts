import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { canonicalJson, readTextBounded, sha256 } from '@mb/kernel'
import {
  describePermissions,
  metadataDirectory,
  type ArchiveForm,
  type Envelope,
  type Manifest,
  type PackageFacts,
  type PackageSignature,
} from '@mb/manifest'
import {
  versionNeedsSchema,
  wireLimits,
  type Reason,
  type VersionDetail,
} from '@mb/marketplace-protocol'
import { z } from 'zod'
import type { About } from '../store/store.ts'
import { reasonsFrom } from './reason.ts'

/** What is told of a package, once it is live. */
export interface Described {
  readonly version: Omit<VersionDetail, 'publishedAt' | 'scan' | 'archive'> & {
    readonly archive: Pick<VersionDetail['archive'], 'form'>
  }
  readonly about: About
  /** Digest of what its manifest says beside its platforms. */
  readonly likeness: string
  /** What could be better. */
  readonly warnings: readonly Reason[]
}

/** Facts of a package that somebody signed. */
export interface SignedFacts extends PackageFacts {
  readonly signature: Extract<PackageSignature, { status: 'signed' }>
}

const maxStatementBytes = 4 * 1024 * 1024
const envelopeSchema: z.ZodType<Envelope> = z.object({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
})

/** Says of a verified package what the marketplace tells of it. */
export async function describePackage(
  { directory, manifest, manifestFile, tree, signature, findings }: SignedFacts,
  { namespace, form }: { readonly namespace: string; readonly form: ArchiveForm },
): Promise<Described> {
  const { license, homepage, repository } = manifest
  const readme = await readReadme(directory)
  return {
    version: {
      id: `${namespace}/${manifest.name}`,
      version: manifest.version,
      archive: { form },
      digest: tree.digest,
      keyId: signature.keyId,
      publicKey: signature.publicKey,
      statement: await readStatement(directory),
      permissions: describePermissions(manifest.permissions),
      commands: manifest.commands.map(({ name, summary }) => ({ name, summary })),
      runtime: manifest.runtime,
      ...needsOf(manifest),
      ...(license === undefined ? {} : { license }),
    },
    about: {
      description: manifest.description,
      author: manifest.author,
      keywords: [...new Set([...manifest.keywords, ...manifest.capabilities])].slice(0, 64),
      ...(license === undefined ? {} : { license }),
      ...(homepage === undefined ? {} : { homepage }),
      ...(repository === undefined ? {} : { repository }),
      ...(readme === undefined ? {} : { readme }),
    },
    likeness: sha256(canonicalJson({ ...manifest, platforms: [] })),
    warnings: reasonsFrom(
      findings.map(({ code, message, line, column, hint }) => {
        return { code, message, file: basename(manifestFile), line, column, help: hint }
      }),
    ),
  }
}

/** What needs more than the protocol can say is told without: whoever installs it reads its manifest. */
function needsOf(manifest: Manifest): Pick<VersionDetail, 'needs'> {
  const { plugins, optionalPlugins, engines, platforms } = manifest
  const needs = versionNeedsSchema.safeParse({ plugins, optionalPlugins, engines, platforms })
  return needs.success ? { needs: needs.data } : {}
}

// It was verified a moment ago; what is told is the signer's own envelope, with nothing changed.
async function readStatement(directory: string): Promise<VersionDetail['statement']> {
  const file = join(directory, metadataDirectory, 'statement.json')
  const text = await readTextBounded(file, { maxBytes: maxStatementBytes })
  return envelopeSchema.parse(JSON.parse(text))
}

async function readReadme(directory: string): Promise<string | undefined> {
  const name = (await readdir(directory)).find((each) => /^readme(?:\.md)?$/i.test(each))
  if (name === undefined) return undefined
  try {
    return await readTextBounded(join(directory, name), { maxBytes: wireLimits.readmeBytes })
  } catch {
    // A README that is a folder or too long keeps nobody from publishing.
    return undefined
  }
}
