import { isMbError } from '@mb/kernel'
import { risks, type Risk } from '@mb/manifest'
import { checkPolicy, type BackendName } from '@mb/sandbox'
import {
  describeOne,
  describePathGrant,
  type GrantWords,
  type KnownFolders,
} from './grant-words.ts'
import { emptyRequest, type JailRequest, type RequestedCommand } from './jail-request.ts'
import { policyOf } from './policy-of.ts'
import { withoutLinks } from './without-links.ts'

/** One thing that a policy grants. */
export interface Grant extends GrantWords {
  /** As in a policy file. */
  readonly kind: GrantKind
  /** What it is about: a path, a host, a command, a name. */
  readonly target: string
  /** Why it cannot be granted. */
  readonly refusal?: Refusal
}

/** The kinds of grant, as a policy file names them. */
export type GrantKind =
  | 'fs.read'
  | 'fs.write'
  | 'fs.dangerous'
  | 'net'
  | 'net.unix'
  | 'exec'
  | 'env'

/** Why something cannot be granted, and what to do. */
export interface Refusal {
  readonly message: string
  readonly hint?: string
}

/** What a request comes to. */
export interface ExplainedRequest {
  /** The gravest first. */
  readonly grants: readonly Grant[]
  /** Hidden, whatever is granted around it. */
  readonly denied: readonly string[]
  /** Why the whole is refused, where each grant alone is not. */
  readonly refusal?: Refusal
  readonly totals: Readonly<Record<Risk | 'refused', number>>
}

/** Who asks, and where. */
export interface Asker extends KnownFolders {
  readonly env: NodeJS.ProcessEnv
  /** Folders of ours, which no program may change. */
  readonly state: readonly string[]
  /** What would build the jail, where the person has named it. */
  readonly backend?: BackendName | undefined
}

/** Says each grant of a request in words, and tries whether it can be given; runs nothing. */
export async function explainRequest(
  request: JailRequest,
  asker: Asker,
): Promise<ExplainedRequest> {
  const { deny } = request
  const grants = await Promise.all(
    grantsOf(request, asker).map(async ([grant, alone]): Promise<Grant> => {
      const refusal = await refusalOf({ ...emptyRequest, ...alone, deny }, asker)
      return { ...grant, ...(refusal === undefined ? {} : { refusal }) }
    }),
  )
  const refused = grants.filter((grant) => grant.refusal !== undefined)
  const refusal = refused.length === 0 ? await refusalOf(request, asker) : undefined
  return {
    grants: grants.toSorted((a, b) => risks.indexOf(b.risk) - risks.indexOf(a.risk)),
    denied: deny,
    ...(refusal === undefined ? {} : { refusal }),
    totals: { ...countRisks(grants), refused: refused.length },
  }
}

/** Whether anything of it is refused. */
export function isRefused({ refusal, totals }: ExplainedRequest): boolean {
  return refusal !== undefined || totals.refused > 0
}

type GrantAlone = readonly [Grant, Partial<JailRequest>]

/** Each grant, with the request that asks for nothing else. */
function grantsOf(request: JailRequest, known: KnownFolders): readonly GrantAlone[] {
  const path = (
    kind: 'fs.read' | 'fs.write' | 'fs.dangerous',
    target: string,
    alone: Partial<JailRequest>,
  ): GrantAlone => {
    const access = kind === 'fs.write' ? 'write' : 'read'
    // The words are about what is granted, which is what a link leads to.
    const words = describePathGrant(withoutLinks(target), access, known)
    return [{ kind, target, ...words }, alone]
  }
  return [
    ...request.read.map((each) => path('fs.read', each, { read: [each] })),
    ...request.write.map((each) => path('fs.write', each, { write: [each] })),
    ...request.dangerous.map((each) => path('fs.dangerous', each, { dangerous: [each] })),
    ...request.net.map((each): GrantAlone => [
      { kind: 'net', target: each.host, ...describeOne({ net: [each] }) },
      { net: [each] },
    ]),
    ...request.unix.map((each): GrantAlone => [
      { kind: 'net.unix', target: each, ...describeOne({ 'net.unix': [{ path: each }] }) },
      { unix: [each] },
    ]),
    ...request.exec.map((each): GrantAlone => [
      { kind: 'exec', target: each.command, ...describeCommand(each) },
      { exec: [each] },
    ]),
    ...[...request.env].map(([name, value]): GrantAlone => [
      { kind: 'env', target: name, ...describeVariable(name, value) },
      // Whether it is set here makes no difference.
      { env: new Map([[name, value ?? '']]) },
    ]),
  ]
}

function describeCommand({ with: beside = [], ...command }: RequestedCommand): GrantWords {
  const { words, risk } = describeOne({ exec: [command] })
  return { words: beside.length === 0 ? words : `${words}, which reads ${beside.join(', ')}`, risk }
}

function describeVariable(name: string, value: string | undefined): GrantWords {
  if (value === undefined) return describeOne({ env: [{ name }] })
  // Its value stands in the policy for everybody to read, and is still not repeated.
  return { words: `See the environment variable ${name}, as the policy sets it`, risk: 'low' }
}

async function refusalOf(request: JailRequest, asker: Asker): Promise<Refusal | undefined> {
  try {
    await checkPolicy(policyOf(request, asker.env), { ...asker, cwd: request.cwd })
    return undefined
  } catch (error) {
    if (!isMbError(error) || error.outcome !== 'refused') throw error
    const { message, hint } = error
    return { message, ...(hint === undefined ? {} : { hint }) }
  }
}

function countRisks(grants: readonly Grant[]): Readonly<Record<Risk, number>> {
  const count = (risk: Risk): number => grants.filter((grant) => grant.risk === risk).length
  return {
    low: count('low'),
    medium: count('medium'),
    high: count('high'),
    critical: count('critical'),
  }
}
