import { relative, resolve } from 'node:path'
import { isInside } from '@mb/kernel'
import type { SigningKey } from '@mb/manifest'
import { openKeyStore, packagePlugin, type PackagedPlugin } from '@mb/sdk'
import { CliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { formatBytes } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'

const forms = ['zip', 'tar.gz', 'npm'] as const
type Form = (typeof forms)[number]

/** Builds, signs and packs a plugin. */
export async function run(invocation: Invocation, context: Context): Promise<PackagedPlugin> {
  const { workspace, settings, signal } = context
  const output = invocation.option('output')
  const format = invocation.option('format')
  const sign = await signingKey(invocation, context)
  return context.progress.during(
    'Packing the plugin',
    packagePlugin(resolve(workspace, invocation.argument('directory')), {
      forms: format === undefined ? undefined : parseForms(format),
      output: output === undefined ? undefined : resolve(workspace, output),
      sign,
      target: invocation.option('target'),
      build: !invocation.has('no-build'),
      stdio: settings.isVerbose && !settings.isJson ? 'inherit' : 'pipe',
      signal,
    }),
  )
}

async function signingKey(
  invocation: Invocation,
  { home }: Context,
): Promise<SigningKey | undefined> {
  if (!invocation.has('sign')) return undefined
  const name = invocation.option('sign')
  // `--sign ./notes` takes the folder for the key.
  if (name !== undefined && /[/\\.]/.test(name)) {
    throw new CliError(
      'MB_CLI_USAGE',
      `Cannot sign with "${name}": that is a path, and what follows --sign is the name of a key`,
      { hint: `Put the folder first: mb sdk package ${name} --sign` },
    )
  }
  return openKeyStore(home).get(name)
}

/** Shows what was written. */
export function render(
  { archives, digest, keyId, files, target, packages }: PackagedPlugin,
  output: Output,
  { workspace, settings }: Context,
): void {
  const { style } = output
  for (const { file, bytes, sha256 } of archives) {
    const name = isInside(workspace, file) ? relative(workspace, file) : file
    output.line(text`${style.good('✓')} ${style.strong(name)} ${style.faint(formatBytes(bytes))}`)
    if (settings.isVerbose) output.line(text`  ${style.faint(`sha256 ${sha256}`)}`)
  }
  output.gap()
  output.facts([
    ['files', files],
    ['for', target],
    ['packages', listed(packages)],
    ['digest', digest],
    ['signed by', keyId === undefined ? style.warning('nobody: --sign signs it') : `key ${keyId}`],
  ])
}

function listed(packages: PackagedPlugin['packages']): string | undefined {
  if (packages.length === 0) return undefined
  return packages
    .map(({ name, version, path }) => `${name} ${version}${path === undefined ? ' (bundled)' : ''}`)
    .join(', ')
}

function parseForms(list: string): readonly Form[] {
  return list.split(',').map((word) => {
    const form = forms.find((each) => each === word.trim())
    if (form !== undefined) return form
    throw new CliError('MB_CLI_VALUE', `Cannot pack as "${word}": there is no such format`, {
      hint: `Use ${forms.join(', ')}, with commas between`,
    })
  })
}
