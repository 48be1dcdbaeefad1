import type { InstalledProject } from '@mb/plugin-core'
import { CliError } from '../../cli-error.ts'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { dependencyChoice } from './dependency-choice.ts'
import { installing } from './installing.ts'
import { marketplaceRepository } from './marketplace-repository.ts'

/** Installs what the project requires. */
export async function installRequired(
  invocation: Invocation,
  context: Context,
): Promise<InstalledProject> {
  refuseOptions(invocation)
  return await installing(context, consentWays(invocation, context), (host, { line, onStep }) => {
    const { optional, onPlan } = dependencyChoice(invocation, context, line)
    const acceptKey = invocation.option('accept-key')
    return host.installProject({
      repository: marketplaceRepository(context, { line, acceptKey }),
      frozen: invocation.has('frozen'),
      acceptKey,
      optional,
      onPlan,
      onStep,
      signal: context.signal,
    })
  })
}

/** Says what is there now. */
export function showProject({ plugins, installed, path }: InstalledProject, output: Output): void {
  const { style } = output
  const fresh = new Set(installed)
  for (const { id, version } of plugins)
    output.line(
      fresh.has(id)
        ? text`${style.good('✓')} Installed ${style.strong(id)} ${version}`
        : text`${style.good('✓')} ${style.strong(id)} ${version} ${style.faint('is there')}`,
    )
  output.line(text`${style.faint(`as pinned in ${path}`)}`)
}

const ofOne = ['namespace', 'public-key', 'checksum', 'link', 'word', 'force', 'no-deps', 'save']

function refuseOptions(invocation: Invocation): void {
  const given = ofOne.find((name) =>
    name === 'namespace' ? invocation.option(name) !== 'local' : isGiven(invocation, name),
  )
  if (given === undefined) return
  throw new CliError('MB_CLI_USAGE', `Cannot use --${given}: it is about one plugin`, {
    hint: 'Name the plugin to install, or leave the option out',
  })
}

function isGiven(invocation: Invocation, name: string): boolean {
  return name === 'word' ? invocation.list(name).length > 0 : invocation.has(name)
}
