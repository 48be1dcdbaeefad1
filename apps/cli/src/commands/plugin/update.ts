import type { DueUpdates, InstalledPlugin, PackageRepository, PluginUpdate } from '@mb/plugin-core'
import { updatePolicies, type UpdatePolicy } from '@mb/plugin-core/configuration'
import { CliError } from '../../cli-error.ts'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import { formatBytes } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openMarketplaces } from '../marketplace/open-marketplace.ts'
import { readSettings } from '../marketplace/settings.ts'
import { openHost } from './host.ts'
import { installing } from './installing.ts'
import { showUpdates } from './update-screen.ts'
import { updateTimer, type UpdateTimer } from './update-timer.ts'

/** Near enough to tell a version from a range, a tag or a slip of the fingers. */
const isVersion = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/

/** What updating came to. */
export type UpdateRun =
  | { readonly updates: readonly PluginUpdate[]; readonly isNamed: boolean }
  | DueUpdates
  | { readonly policies: readonly Pick<InstalledPlugin, 'id' | 'updates'>[] }
  | UpdateTimer

/** Updates plugins, or does one of the things around it. */
export async function run(invocation: Invocation, context: Context): Promise<UpdateRun> {
  const names = invocation.rest('plugins')
  checkOptions(invocation, names)
  if (invocation.has('print-timer')) return updateTimer(context)
  const policy = invocation.option('set-policy')
  if (policy !== undefined) return await setPolicies(names, policy, context)
  const repository = await openRepositories(context)
  if (invocation.has('if-due')) return await updateIfDue(repository, context)
  const updates = await updateAll(repository, {
    names: names.length === 0 ? undefined : names,
    checkOnly: invocation.has('check-only') || invocation.has('dry-run'),
    policy: policyOf(invocation.option('policy')),
    to: invocation.option('to'),
    invocation,
    context,
  })
  return { updates, isNamed: names.length > 0 }
}

/** Whether something went wrong, or what was named stays as it is. */
export function exitCode(done: UpdateRun): number {
  if (!('updates' in done)) return 0
  if (done.updates.some(({ status }) => status === 'failed')) return 1
  const stays = 'isNamed' in done && done.isNamed && done.updates.some(staysBehind)
  return stays ? 3 : 0
}

/** Says it. */
export function render(done: UpdateRun, output: Output): void {
  const { style } = output
  if ('timer' in done) {
    output.text(
      `# ~/.config/systemd/user/mb-update.service\n${done.service}\n# ~/.config/systemd/user/mb-update.timer\n${done.timer}\n# systemctl --user enable --now mb-update.timer\n`,
    )
  } else if ('policies' in done) {
    for (const { id, updates } of done.policies)
      output.line(
        text`${style.good('✓')} ${style.strong(id)} goes by ${updates === undefined ? 'what the settings say' : `policy "${updates}"`} from now on`,
      )
  } else if ('wasDue' in done && !done.wasDue) {
    output.line(`It is not time to look for updates yet: it will be at ${done.nextAt}.`)
  } else showUpdates(done.updates, output)
}

function staysBehind({ status }: PluginUpdate): boolean {
  return status === 'held' || status === 'unmanaged'
}

function policyOf(name: string | undefined): UpdatePolicy | undefined {
  return updatePolicies.find((each) => each === name)
}

function checkOptions(invocation: Invocation, names: readonly string[]): void {
  if (invocation.has('all') && names.length > 0)
    refuse('--all and names of plugins contradict each other', 'Give one of them')
  if (invocation.has('to') && names.length !== 1)
    refuse('--to is about one plugin', 'Name that plugin, and no other')
  const to = invocation.option('to')
  if (to !== undefined && !isVersion.test(to))
    refuse(`${JSON.stringify(to)} is no version`, 'Write the whole version, as --to 1.4.0')
  if (invocation.has('set-policy') && names.length === 0)
    refuse('--set-policy needs to know for which plugins', 'Name them')
  if (invocation.has('if-due') && names.length > 0)
    refuse('--if-due is about all plugins', 'Leave the names out')
}

function refuse(state: string, hint: string): never {
  throw new CliError('MB_CLI_USAGE', `Cannot update: ${state}`, { hint })
}

async function setPolicies(
  names: readonly string[],
  policy: string,
  context: Context,
): Promise<UpdateRun> {
  await using host = await openHost(context)
  const policiesNow: Pick<InstalledPlugin, 'id' | 'updates'>[] = []
  for (const name of names) {
    const { id, updates } = await host.setUpdatePolicy(name, policyOf(policy))
    policiesNow.push({ id, ...(updates === undefined ? {} : { updates }) })
  }
  return { policies: policiesNow }
}

/** Where no marketplace is set up, none has anything: what came from elsewhere is told apart all the same. */
async function openRepositories(context: Context): Promise<PackageRepository> {
  const { repositories } = await readSettings(context)
  if (repositories.length === 0) {
    return {
      offers: async () => [],
      find: async (spec) => {
        throw new TypeError(`Cannot find ${spec}: no marketplace is set up`)
      },
    }
  }
  const { packageRepository } = await import('@mb/marketplace-client')
  return packageRepository((await openMarketplaces(context)).marketplace)
}

async function updateIfDue(repository: PackageRepository, context: Context): Promise<DueUpdates> {
  const ways = { to: 'install', isYes: false } as const
  return await installing(context, ways, (host, { onStep }) =>
    host.updateIfDue(repository, {
      onStep: (step) => onStep(step),
      signal: context.signal,
    }),
  )
}

async function updateAll(
  repository: PackageRepository,
  {
    invocation,
    context,
    ...options
  }: {
    readonly names: readonly string[] | undefined
    readonly checkOnly: boolean
    readonly policy: UpdatePolicy | undefined
    readonly to: string | undefined
    readonly invocation: Invocation
    readonly context: Context
  },
): Promise<readonly PluginUpdate[]> {
  const ways = consentWays(invocation, context)
  return await installing(context, ways, (host, { line, onStep }) =>
    host.update(repository, {
      ...options,
      onStep: (step) => onStep(step),
      onProgress: ({ bytes, total }, id) => {
        line.say(`Fetching ${id}: ${formatBytes(bytes)} of ${formatBytes(total)}`)
      },
      signal: context.signal,
    }),
  )
}
