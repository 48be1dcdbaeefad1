import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { errorCode, writeFileAtomic } from '@mb/kernel'
import { neutralText, type PermissionDescription } from '@mb/manifest'
import { z } from 'zod'
import { PluginError } from '../plugin-error.ts'
import type { Consent, ConsentRequest } from './consent.ts'

/** One package, and whether somebody agreed to it; an entry of a file that people read and edit. */
export interface Approval {
  /** `namespace/name` */
  readonly plugin: string
  readonly version: string
  /** The versions that a yes is good for, by the same signer or from the same place, while they ask for no more. */
  readonly range: string
  /** Digest of the package's tree, in hex. */
  readonly digest: string
  /** Id of the key that signed it; null when nobody did. */
  readonly signer: string | null
  /** What it asks for, in words, for whoever reads the file. What counts is the hash. */
  readonly permissions: readonly string[]
  readonly permissionsHash: string
  /** What a person changes to true. */
  readonly approved: boolean
  /** What it can make use of, each to be approved for itself. */
  readonly optional: readonly OptionalApproval[]
}

/** A permission that a plugin can do without, and whether somebody agreed to it. */
export interface OptionalApproval {
  /** Its name, as `net:api.acme.example`. */
  readonly permission: string
  /** What it means, in words. */
  readonly words: string
  readonly approved: boolean
}

const maxBytes = 1024 * 1024
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const fileSchema: z.ZodType<{ readonly approvals: readonly Approval[] }> = z.strictObject({
  approvals: z
    .array(
      z.strictObject({
        plugin: z.string().max(129),
        version: z.string().max(128),
        range: z.string().max(256),
        digest: sha256,
        signer: sha256.nullable(),
        permissions: z.array(z.string().max(2000)).max(1024),
        optional: z
          .array(
            z.strictObject({
              permission: z.string().max(2000),
              words: z.string().max(2000),
              approved: z.boolean(),
            }),
          )
          .max(1024),
        permissionsHash: z.string().max(128),
        approved: z.boolean(),
      }),
    )
    .max(1000),
})

/** What a person would have to approve; not approved yet. */
export function approvalOf(request: ConsentRequest): Approval {
  const { id, version, range, digest, signature, permissions, optional, permissionsHash } = request
  return {
    plugin: id,
    version,
    range,
    digest,
    signer: signature.status === 'signed' ? signature.keyId : null,
    permissions: permissions.map(inWords),
    permissionsHash,
    approved: false,
    // After the one that counts for all, which somebody looks for first.
    optional: optional.map((each) => ({
      permission: neutralText(each.name, 2000),
      words: inWords(each),
      approved: false,
    })),
  }
}

function inWords({ risk, words }: PermissionDescription): string {
  return neutralText(`${risk}: ${words}`, 2000)
}

/**
 * Consent by what was approved: to exactly that content of that signer, asking for exactly that. It throws
 * `MB_APPROVAL_MISSING` where no entry is about this very package, so that nobody is told they had said no.
 */
export function approvedBy(approvals: readonly Approval[]): Consent {
  return async (request) => {
    const asked = approvalOf(request)
    const about = approvals.filter((each) => isAbout(each, asked))
    if (about.length === 0) throw missing(approvals, asked)
    // Two that disagree are nobody's consent: somebody said no, and has to be asked.
    if (!about.every(({ approved }) => approved)) return false
    const chosen = asked.optional.filter(({ permission }) =>
      about.every(({ optional }) =>
        optional.some((each) => each.permission === permission && each.approved),
      ),
    )
    if (chosen.length === 0) return true
    return { isGranted: true, optional: chosen.map(({ permission }) => permission) }
  }
}

/** What can be told apart, for people; the first that differs is named. */
const differences: readonly (readonly [member: keyof Approval, what: string])[] = [
  ['version', 'has another version'],
  ['digest', 'has other content'],
  ['signer', 'has another signer'],
  ['range', 'holds for other versions'],
  ['permissionsHash', 'has other permissions'],
]

/** Also in its words: whoever wrote the file could have put harmless ones beside the hash of others. */
function isAbout(each: Approval, asked: Approval): boolean {
  return (
    each.plugin === asked.plugin &&
    differences.every(([member]) => each[member] === asked[member]) &&
    isDeepStrictEqual(each.permissions, asked.permissions) &&
    isDeepStrictEqual(unapproved(each), asked.optional)
  )
}

function unapproved({ optional }: Approval): Approval['optional'] {
  return optional.map((each) => ({ ...each, approved: false }))
}

function missing(approvals: readonly Approval[], asked: Approval): PluginError {
  const nearest = approvals.findLast(({ plugin }) => plugin === asked.plugin)
  const [, what] = differences.find(([member]) => nearest?.[member] !== asked[member]) ?? []
  const reason =
    nearest === undefined
      ? 'no approval is about it'
      : `what was approved ${what ?? 'has other words'}`
  return new PluginError('MB_APPROVAL_MISSING', `Cannot install "${asked.plugin}": ${reason}`, {
    hint: 'Read the entry in details.approval, and add it with approved set to true',
    details: { approval: asked },
  })
}

/**
 * Reads a file of approvals.
 *
 * @throws PluginError `MB_APPROVAL_INVALID`; Node's own `ENOENT` as its cause when there is none
 */
export async function readApprovals(file: string): Promise<readonly Approval[]> {
  let text: string
  try {
    text = await readOwn(file)
  } catch (cause) {
    if (cause instanceof PluginError) throw cause
    const isLink = errorCode(cause) === 'ELOOP'
    throw invalid(file, isLink ? 'it is a link' : `it cannot be read${codeText(cause)}`, cause)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(file, 'it is no JSON', cause)
  }
  const read = fileSchema.safeParse(value)
  if (read.success) {
    if (countMembers(text) === membersIn(value)) return read.data.approvals
    throw invalid(file, 'a member stands twice in it')
  }
  const [issue] = read.error.issues
  const place = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.join('.')
  throw invalid(file, `${place} has another form`, read.error)
}

/** Writes a file of approvals, for somebody to read and edit. */
export async function writeApprovals(file: string, approvals: readonly Approval[]): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify({ approvals }, null, 2)}\n`)
}

/** How many members the objects of a value have. */
function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inside = Object.values(value).reduce((sum: number, each) => sum + membersIn(each), 0)
  return Array.isArray(value) ? inside : inside + Object.keys(value).length
}

/** Of two members of one name JSON.parse takes the last, and a person may have read the first. */
function countMembers(json: string): number {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1
}

async function readOwn(file: string): Promise<string> {
  // A link could lead to what somebody else writes; a pipe would block for ever.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  await using handle = await open(file, flags)
  const facts = await handle.stat()
  if (!facts.isFile()) throw invalid(file, 'it is no regular file')
  if ((facts.mode & 0o002) !== 0) throw invalid(file, 'everybody may write to it')
  if (facts.size > maxBytes) throw invalid(file, `it is larger than ${maxBytes} bytes`)
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0)
  return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '')
}

function codeText(error: unknown): string {
  const code = errorCode(error)
  return code === undefined ? '' : ` (${code})`
}

function invalid(file: string, reason: string, cause?: unknown): PluginError {
  return new PluginError('MB_APPROVAL_INVALID', `Cannot use approvals of "${file}": ${reason}`, {
    hint: 'Have a new one written with --request-approval, read it, and set approved to true',
    cause,
  })
}
