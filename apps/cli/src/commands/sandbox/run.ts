import { constants } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { isInside, type ErrorOutcome, type MbError } from '@mb/kernel'
import { securityReport, type SecurityReport, type Violation } from '@mb/sandbox'
import { exitCodeOf } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { formatBytes, formatDuration } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { askerOf } from './asker.ts'
import { showDryRun } from './dry-run-screen.ts'
import type { DryRun } from './dry-run.ts'
import { showRefusedHosts, showTraffic, showUnreachedHosts } from './network-lines.ts'
import { harmlessVariables } from './harmless-variables.ts'
import { joinRequests, type JailRequest } from './jail-request.ts'
import { readStrength } from './jail-strength.ts'
import { exceededLine } from './limit-words.ts'
import { requestOfOptions } from './option-request.ts'
import { admitOwnCommand } from './own-command.ts'
import { hideOwnKeys, refuseOwnState } from './own-places.ts'
import { policyOf } from './policy-of.ts'
import type { RefusedHost } from './refused-hosts.ts'
import { showReceipt } from './receipt-screen.ts'
import { runInside, signalOf, type CommandResult } from './run-inside.ts'
import type { RunRecord } from './run-record.ts'
import type { UnreachedHost } from './unreached-hosts.ts'
import { warnAbout } from './warnings.ts'
import { withoutLinks } from './without-links.ts'

/** What came of a run. */
interface JailedRun extends CommandResult {
  readonly report: SecurityReport
  /** What it was kept from, where it may make connections. */
  readonly refusedHosts?: readonly RefusedHost[]
  /** What it could not reach, of what it was allowed. */
  readonly unreachedHosts?: readonly UnreachedHost[]
}

/** Runs a command in a jail, its streams being the person's, or captured for `--json`. */
export async function run(invocation: Invocation, context: Context): Promise<JailedRun | DryRun> {
  const strength = await readStrength(invocation, context)
  const asked = await readRequest(invocation, context)
  const words = [invocation.argument('command'), invocation.rest('arguments')] as const
  const cwd = startOf(asked, context.workspace)
  const { request, command } = admitOwnCommand(
    { request: asked, command: words },
    context.workspace,
  )
  if (invocation.has('dry-run')) {
    const { dryRun } = await import('./dry-run.ts')
    const authorities = invocation.list('ca')
    const audit = invocation.option('audit')
    return dryRun({ request, strength, cwd, command, authorities, audit }, askerOf(context))
  }
  await refuseOwnState(request, context)
  const unset = invocation.list('env').filter((each) => isUnset(each, context.env))
  await warnAbout({ request, strength, unset }, context)
  using record = await openRecord(invocation, request, context)
  const { env, ...granted } = policyOf(record?.hideFrom(request) ?? request, context.env)
  const fs = { ...granted.fs, keep: ownFiles(invocation, context) }
  const policy = { ...granted, fs, env: { ...harmlessVariables(context.env), ...env } }
  const jailed = { policy, request, strength, command, cwd, record }
  record?.begin(words[0])
  const result = await runInside(jailed, context).catch((error: unknown) => {
    record?.fail(words[0], error)
    throw error
  })
  const report = securityReport(policy, result)
  record?.end(words[0], report)
  // Ended by the person: that is told by the reason, not by how the command took it.
  signalOf(record, context).throwIfAborted()
  return {
    ...result,
    report,
    ...(record?.network === undefined
      ? {}
      : { refusedHosts: record.refused, unreachedHosts: record.unreached }),
  }
}

/** Most runs make no connections and are recorded nowhere, and load nothing of it. */
async function openRecord(
  invocation: Invocation,
  request: JailRequest,
  context: Context,
): Promise<RunRecord | undefined> {
  const isAsked = ['audit', 'ca'].some((option) => invocation.has(option))
  if (request.net.length === 0 && !isAsked) return undefined
  const { RunRecord } = await import('./run-record.ts')
  return new RunRecord(invocation, request, context)
}

/** The files that say what is granted, and what links of their names lead to: who writes them decides about the next run. */
function ownFiles(invocation: Invocation, { settings, workspace }: Context): readonly string[] {
  const places = [invocation.option('policy'), settings.config].flatMap((name) => {
    if (name === undefined) return []
    const file = resolve(workspace, name)
    return [join(withoutLinks(dirname(file)), basename(file)), withoutLinks(file)]
  })
  return [...new Set(places)]
}

/** Whether a variable of the person's own is named that they do not have. */
function isUnset(written: string, env: NodeJS.ProcessEnv): boolean {
  return !written.includes('=') && env[written] === undefined
}

/** What the policy file grants, and what the options add to it. */
async function readRequest(invocation: Invocation, context: Context): Promise<JailRequest> {
  const file = invocation.option('policy')
  const asked = requestOfOptions(invocation, context.workspace)
  if (file === undefined) return hideOwnKeys(asked, context.home)
  // With the schema, YAML and the words of permissions: none of that is loaded for a run without a policy file.
  const { readPolicyFile } = await import('./policy-file.ts')
  const written = await readPolicyFile(file, askerOf(context))
  return hideOwnKeys(joinRequests(written, asked), context.home)
}

/** Where the command starts: where it was told to, else in the folder that the person is in where that can be seen. */
function startOf({ cwd, read, write }: JailRequest, workspace: string): string | undefined {
  if (cwd !== undefined) return withoutLinks(cwd)
  // What is granted makes the folders above it visible, empty but for it.
  const isVisible = [...read, ...write]
    .map(withoutLinks)
    .some((path) => isInside(path, workspace) || isInside(workspace, path))
  return isVisible ? workspace : undefined
}

/** Says what ended it; with `--verbose` also how it was confined. */
export function render(result: JailedRun | DryRun, output: Output, context: Context): void {
  if ('dryRun' in result) return showDryRun(result, output)
  const { aside } = context
  if (result.exceeded !== undefined)
    aside.line(text`${aside.style.bad('ended')} by ${exceededLine(result.exceeded)}`)
  for (const { name } of violationsOf(result, 'protected-path'))
    aside.line(
      text`${aside.style.bad('refused')} It changed "${name}", which runs later with your rights: what it left is moved aside, to ${name}.refused-…`,
    )
  for (const { name } of violationsOf(result, 'uncovered-path'))
    aside.line(
      text`${aside.style.bad('ended')} Another program replaced "${name}" meanwhile, by which it lay open to the command: run it again`,
    )
  const { refusedHosts = [], unreachedHosts = [], network = [] } = result
  showRefusedHosts(refusedHosts, aside, context.settings)
  showUnreachedHosts(unreachedHosts, aside, context.settings)
  const { backend, warning } = result.receipt
  // That of none was told before the command began.
  if (warning !== undefined && backend !== 'none')
    aside.line(text`${aside.style.warning('warning')} ${warning}`)
  if (!context.settings.isVerbose) return
  showReceipt(result.receipt, aside)
  showTraffic(network, aside, unreachedHosts)
  for (const { name, count } of violationsOf(result, 'system-call'))
    aside.line(text`${aside.style.warning('denied')} system call ${name} ×${count}`)
  const { cpuMs, wallMs, peakMemoryBytes } = result.usage
  aside.line(
    text`${formatDuration(cpuMs)} of CPU in ${formatDuration(wallMs)}, ${formatBytes(peakMemoryBytes)} of memory`,
  )
  // What it was denied inside, the host does not see: system calls that find nothing are no violation.
  if (result.code !== 0 && result.ended === undefined)
    aside.line(
      text`${aside.style.name('hint')} What it reached for and did not get, ${aside.style.name('mb sandbox observe')} tells`,
    )
}

function violationsOf({ violations }: JailedRun, kind: Violation['kind']): readonly Violation[] {
  return violations.filter((violation) => violation.kind === kind)
}

/** The command's own code, or what ended it. */
export function exitCode(result: JailedRun | DryRun): number {
  if ('dryRun' in result) return result.ok ? 0 : refusedCode
  const { code, signal, ended } = result
  if (ended === 'memory') return outOfMemoryCode
  if (ended !== undefined) return limitCode
  // It was ended because the jail held it no more as it was asked to.
  if (signal !== null && violationsOf(result, 'uncovered-path').length > 0) return refusedCode
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

const limitCode = 124
const refusedCode = 126
const outOfMemoryCode = 137

const outcomeCodes: Readonly<Partial<Record<ErrorOutcome, number>>> = {
  failure: 125,
  refused: refusedCode,
  'not-found': 127,
}

/** What kept the command from running, told apart from the command's own codes as shells do. */
export function failureCode({ code, outcome }: MbError): number {
  // It printed more than is kept for --json.
  if (code === 'MB_SANDBOX_OUTPUT_LIMIT') return limitCode
  return outcomeCodes[outcome] ?? exitCodeOf(outcome)
}
