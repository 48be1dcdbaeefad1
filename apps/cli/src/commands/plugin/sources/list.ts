import { isTrustPattern } from '@mb/plugin-core'
import { readConfiguration } from '../../../configuration.ts'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'

/** Where plugins may come from. */
interface TrustedSources {
  readonly sources: readonly {
    readonly source: string
    /** Whether it stands for anything: what cannot be understood trusts nobody. */
    readonly valid: boolean
  }[]
  /** Whether they may come from anywhere. */
  readonly allowUntrusted: boolean
  /** Names of the marketplaces that are set up, which need no entry. */
  readonly marketplaces: readonly string[]
}

/** Reads where plugins may come from. */
export async function run(_invocation: Invocation, context: Context): Promise<TrustedSources> {
  const { plugins, marketplace } = (await readConfiguration(context)).values
  return {
    sources: plugins.trustedSources.map((source) => ({ source, valid: isTrustPattern(source) })),
    allowUntrusted: plugins.allowUntrusted,
    marketplaces: marketplace.repositories.map(({ name }) => name),
  }
}

/** Shows them. */
export function render(
  { sources, allowUntrusted, marketplaces }: TrustedSources,
  output: Output,
): void {
  const { style } = output
  const known = [
    ...sources.map(({ source, valid }) => [
      style.strong(source),
      valid ? 'trusted' : style.bad('cannot be understood, and trusts nobody'),
    ]),
    ...marketplaces.map((name) => [style.strong(`marketplace:${name}`), 'is set up']),
  ]
  if (known.length > 0) output.table(['source', 'state'], known)
  else
    output.line(
      text`Plugins come from this machine alone. ${style.faint('`mb plugin sources add SOURCE` trusts another source.')}`,
    )
  if (allowUntrusted)
    output.line(
      text`${style.warning('warning')} plugins.allowUntrusted is set: they may come from anywhere else, too`,
    )
}
