import { z } from 'zod'
import type { Permissions } from '../permissions/permissions.ts'
import { closed } from '../schema/closed.ts'
import { permissionsSchema } from '../schema/permissions-schema.ts'
import type { DigestTree } from './digest-tree.ts'

/**
 * What a signer says of a package, as an in-toto Statement v1: which files it has, by their tree's digest, and which
 * manifest and permissions; and which version came before it.
 */
export interface PackageStatement {
  readonly _type: typeof statementType
  readonly subject: readonly [
    {
      /** `name@version`, or `namespace/name@version`. */
      readonly name: string
      readonly digest: { readonly sha256: string }
    },
  ]
  readonly predicateType: typeof predicateType
  readonly predicate: {
    readonly name: string
    readonly version: string
    readonly manifest: { readonly digest: { readonly sha256: string } }
    readonly permissions: Permissions
    /** Tree digest of the version before; absent for the first one. */
    readonly previous?: string
    /** The list of what it is made of; absent for a package without. */
    readonly sbom?: { readonly digest: { readonly sha256: string } }
  }
}

/** `_type` of a statement. */
const statementType = 'https://in-toto.io/Statement/v1'
/** `predicateType` of a statement about a package. */
const predicateType = 'urn:milkbottle:package:v1'

/** What a statement is made of. */
export interface StatementFacts {
  /** The plugin's name, or `namespace/name`. */
  readonly id: string
  readonly version: string
  readonly tree: DigestTree
  /** SHA-256 of the manifest's file. */
  readonly manifestDigest: string
  readonly permissions: Permissions
  /** Tree digest of the version before. */
  readonly previous?: string | undefined
  /** SHA-256 of the list of what it is made of. */
  readonly sbomDigest?: string | undefined
}

/** The statement about a package. */
export function packageStatement(facts: StatementFacts): PackageStatement {
  return {
    _type: statementType,
    subject: [{ name: `${facts.id}@${facts.version}`, digest: { sha256: facts.tree.digest } }],
    predicateType,
    predicate: {
      name: facts.id,
      version: facts.version,
      manifest: { digest: { sha256: facts.manifestDigest } },
      permissions: facts.permissions,
      ...(facts.previous === undefined ? {} : { previous: facts.previous }),
      ...(facts.sbomDigest === undefined ? {} : { sbom: { digest: { sha256: facts.sbomDigest } } }),
    },
  }
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A statement as it is read; what is not known here is refused, since it was signed for a reason. */
export const statementSchema: z.ZodType<PackageStatement> = closed({
  _type: z.literal(statementType),
  subject: z.tuple([closed({ name: z.string().max(256), digest: closed({ sha256 }) })]),
  predicateType: z.literal(predicateType),
  predicate: closed({
    name: z.string().max(129),
    version: z.string().max(128),
    manifest: closed({ digest: closed({ sha256 }) }),
    permissions: permissionsSchema,
    previous: sha256.exactOptional(),
    sbom: closed({ digest: closed({ sha256 }) }).exactOptional(),
  }),
})
