import { relative } from 'node:path'
import { errorCode, isInside } from '@mb/kernel'
import {
  approvalOf,
  approvedBy,
  PluginError,
  readApprovals,
  writeApprovals,
  type Consent,
  type ConsentRequest,
} from '@mb/plugin-core'
import type { Context } from '../context.ts'
import { whyPersonIsNeeded } from './consent-policy.ts'
import { showConsentScreen } from './consent-screen.ts'

/** What somebody agrees to: an installation, a grant to what is installed, or a version that was installed before. */
export type ConsentTo = 'install' | 'grant' | 'return'

/** How somebody agrees. */
export interface ConsentWays {
  readonly to: ConsentTo
  readonly isYes: boolean
  /** The file of what was approved. */
  readonly approval?: string | undefined
  /** The file that is to be approved. */
  readonly requestApproval?: string | undefined
  /** Whether the settings have code scanned that is installed. @default true */
  readonly isScanned?: boolean
}

/** Consent by the person at the terminal, by an approval file, or by `--yes` as far as that goes. */
export function consentOf(context: Context, ways: ConsentWays): Consent {
  const { isYes, approval, requestApproval, isScanned = true } = ways
  return async (request) => {
    if (!context.settings.isJson) showConsentScreen(request, context.aside, { isScanned })
    if (requestApproval !== undefined) {
      await addApproval(requestApproval, request)
      throw approvalRequested(request, shortPath(requestApproval, context), ways.to)
    }
    if (approval !== undefined) {
      const answer = await approvedBy(await readApprovals(approval))(request)
      if (answer !== false) return answer
      throw notApproved(request, shortPath(approval, context), ways.to)
    }
    const reason = whyPersonIsNeeded(request)
    if (isYes && reason === undefined) return true
    if (context.isInteractive) return context.ask(question(ways.to, request))
    throw consentNeeded(request, ways, reason)
  }
}

function question(to: ConsentTo, { id, version }: ConsentRequest): string {
  const questions: Readonly<Record<ConsentTo, string>> = {
    install: `Install ${id} ${version} and grant this?`,
    grant: `Grant this to ${id}?`,
    return: `Go back to ${id} ${version} and grant this?`,
  }
  return questions[to]
}

/** As the person would type it, who is in the workspace. */
function shortPath(file: string, { workspace }: Context): string {
  return isInside(workspace, file) ? relative(workspace, file) : file
}

/** Beside what the file holds of other packages; what it held of this version, somebody may have approved as it was. */
async function addApproval(file: string, request: ConsentRequest): Promise<void> {
  const asked = approvalOf(request)
  const others = (await approvalsIn(file)).filter(
    ({ plugin, version }) => plugin !== asked.plugin || version !== asked.version,
  )
  await writeApprovals(file, [...others, asked])
}

async function approvalsIn(file: string): ReturnType<typeof readApprovals> {
  try {
    return await readApprovals(file)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || (error instanceof Error && isMissing(error.cause))
}

function approvalRequested(request: ConsentRequest, file: string, to: ConsentTo): PluginError {
  return refused(
    request,
    `Cannot ${action(to, request)} yet: it waits for approval in "${file}"`,
    `Let somebody read the file and set approved to true; then run this again with --approval ${file} in place of --request-approval`,
  )
}

function notApproved(request: ConsentRequest, file: string, to: ConsentTo): PluginError {
  return refused(
    request,
    `Cannot ${action(to, request)}: its entry in "${file}" is not approved`,
    `Read what it asks, and set approved to true in the entry of ${request.id} ${request.version}`,
  )
}

function consentNeeded(
  request: ConsentRequest,
  { to, isYes }: ConsentWays,
  reason: string | undefined,
): PluginError {
  const state = isYes
    ? '--yes does not stand for a person here'
    : 'there is no terminal to ask for consent'
  const file =
    '--request-approval FILE writes down what to approve, and --approval FILE agrees to it'
  const terminal = `Run it in a terminal, where a person can agree${reason === undefined ? '' : `, because ${reason}`}`
  const agree = reason === undefined ? 'Agree to what it asks with --yes' : terminal
  return refused(request, `Cannot ${action(to, request)}: ${state}`, `${agree}; or ${file}`)
}

function action(to: ConsentTo, { id }: ConsentRequest): string {
  const actions: Readonly<Record<ConsentTo, string>> = {
    install: `install "${id}"`,
    grant: `grant what "${id}" asks for`,
    return: `roll back "${id}"`,
  }
  return actions[to]
}

function refused(request: ConsentRequest, message: string, hint: string): PluginError {
  const { permissions, optional, added, removed, reasons, findings, signature } = request
  return new PluginError('MB_PLUGIN_CONSENT_NEEDED', message, {
    hint,
    details: {
      permissions,
      optional,
      added,
      removed,
      reasons,
      findings,
      isSigned: signature.status === 'signed',
      approval: approvalOf(request),
    },
  })
}
