import { dirname } from 'node:path'
import { observeCommand, type Observation } from '@mb/sandbox'
import type { Context } from '../../context.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { harmlessVariables } from './harmless-variables.ts'
import type { JailRequest } from './jail-request.ts'
import { networkOf, requireHosts } from './network-of.ts'
import { policyText } from './observe-policy.ts'
import { outputFile } from './output-file.ts'
import { requestOfOptions } from './option-request.ts'
import { hideOwnKeys } from './own-places.ts'
import { policyOf } from './policy-of.ts'
import { probeCache } from './probe-cache.ts'
import { withoutLinks } from './without-links.ts'
import { writeNew } from './write-new.ts'

export { render, exitCode } from './observe-screen.ts'

/** What came of observing a command. */
export interface ObservedCommand extends Observation {
  /** The policy as a file says it. */
  readonly text: string
  /** Where it was written to. */
  readonly file?: string
  /** Folder that the command started in. */
  readonly workspace: string
}

/** Runs a command to see what it needs. */
export async function run(invocation: Invocation, context: Context): Promise<ObservedCommand> {
  const workspace = withoutLinks(context.workspace)
  const file = outputFile(invocation, context.workspace)
  const asked = requestOfOptions(invocation, context.workspace)
  requireHosts(invocation.list('ca'), asked.net)
  // Our own keys may lie in what is shown.
  const request = hideOwnKeys({ ...asked, write: [workspace] }, context.home)
  const command = invocation.argument('command')
  const args = invocation.rest('arguments')
  const observation = await observe(command, args, { invocation, context, request })
  const text = policyText(observation.policy, {
    command,
    deny: asked.deny,
    authorities: invocation.list('ca'),
    folder: file === undefined ? workspace : withoutLinks(dirname(file)),
  })
  if (file !== undefined) await writeNew(file, text, { isForced: invocation.has('force') })
  return { ...observation, text, workspace, ...(file === undefined ? {} : { file }) }
}

async function observe(
  command: string,
  args: readonly string[],
  {
    invocation,
    context,
    request,
  }: {
    readonly invocation: Invocation
    readonly context: Context
    readonly request: JailRequest
  },
): Promise<Observation> {
  const { env, settings, signal, workspace } = context
  const ambient = harmlessVariables(env)
  const authorities = invocation.list('ca')
  return context.progress.during('Observing', async (line) =>
    observeCommand(command, args, {
      workspace,
      read: request.read,
      deny: request.deny,
      net: request.net,
      network: request.net.length === 0 ? undefined : networkOf({ env, workspace, authorities }),
      env: policyOf(request, env).env,
      ambient,
      withheld: Object.keys(env).filter((name) => !(name in ambient)),
      limits: request.limits,
      onOutput: (chunk) => {
        if (settings.isJson) return
        line.clear()
        process.stderr.write(chunk)
      },
      onStep: (step) => {
        if (step.kind === 'checking') line.say(`Trying without each of ${step.grants} grants`)
      },
      checks: invocation.has('no-minimise') ? 0 : undefined,
      cacheDirectory: probeCache(context),
      signal,
    }),
  )
}
