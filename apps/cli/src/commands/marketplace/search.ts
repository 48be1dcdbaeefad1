import { isMbError } from '@mb/kernel'
import type { PluginSummary } from '@mb/marketplace-protocol'
import type { Context } from '../../context.ts'
import { riskMark, shortKey } from '../../consent/consent-screen.ts'
import type { Output } from '../../output/output.ts'
import { text, type Style, type Text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { parseCount } from '../../parse/count.ts'
import { openMarketplaces } from './open-marketplace.ts'

/** A marketplace that did not answer, and why. */
interface Failure {
  readonly repository: string
  readonly code: string
  readonly message: string
  readonly hint: string | null
}

/** What was found. */
interface Found {
  readonly query: string
  readonly total: number
  readonly hits: readonly (PluginSummary & { readonly repository: string })[]
  readonly failures: readonly Failure[]
}

/** Searches the marketplaces; one that is down does not hide what the others have. */
export async function run(invocation: Invocation, context: Context): Promise<Found> {
  const query = invocation.rest('query').join(' ')
  const limit = parseCount(invocation.option('limit') ?? '20', { least: 1, most: 100 })
  const { marketplace } = await openMarketplaces(context, invocation.option('repository'))
  const { hits, total, failures } = await context.progress.during(
    'Searching',
    marketplace.search(query, { limit, signal: context.signal }),
  )
  return {
    query,
    total,
    hits,
    failures: failures.map(({ repository, error }) => ({
      repository,
      code: isMbError(error) ? error.code : 'MB_BUG',
      message: error.message,
      hint: error.hint ?? null,
    })),
  }
}

/** Shows them as a table. */
export function render(
  { query, total, hits, failures }: Found,
  output: Output,
  context: Context,
): void {
  const { style } = output
  for (const { repository, code, message } of failures) {
    context.aside.line(
      text`${style.warning('warning')} marketplace ${repository} is missing here: ${message} ${style.faint(`(${code})`)}`,
    )
  }
  if (hits.length === 0) {
    output.line(query === '' ? 'There is no plugin yet.' : text`No plugin matches “${query}”.`)
    return
  }
  const isOne = new Set(hits.map((hit) => hit.repository)).size === 1
  output.table(
    ['plugin', 'version', 'signed by', 'at worst', ...(isOne ? [] : ['from']), 'description'],
    hits.map((hit) => [
      style.strong(hit.id),
      hit.version,
      shortKey(hit.signedBy),
      gravest(hit, style),
      ...(isOne ? [] : [hit.repository]),
      hit.description,
    ]),
  )
  if (total > hits.length) {
    output.gap()
    output.line(text`${style.faint(`${hits.length} of ${total}; --limit shows more`)}`)
  }
}

function gravest({ permissions, highestRisk }: PluginSummary, style: Style): Text {
  if (highestRisk === undefined) return style.good('asks for nothing')
  const words = permissions.find(({ risk }) => risk === highestRisk)?.words ?? ''
  return text`${riskMark(highestRisk, style)} ${words}`
}
