import { risks, type Risk } from '@mb/manifest'
import type { PluginSummary } from '@mb/marketplace-protocol'
import type { LiveVersion } from './store.ts'

// A hundred hits have to fit into one answer, whatever their authors wrote.
const maxPermissions = 16
const maxWords = 300

/** A plugin as lists show it: by its latest version, with its gravest permissions. */
export function summaryOf({ detail, about }: LiveVersion): PluginSummary {
  const [namespace = '', name = ''] = detail.id.split('/')
  const permissions = detail.permissions.toSorted((a, b) => gravity(b.risk) - gravity(a.risk))
  const highestRisk = permissions[0]?.risk
  return {
    id: detail.id,
    namespace,
    name,
    version: detail.version,
    description: about.description,
    author: about.author,
    keywords: about.keywords,
    updatedAt: detail.publishedAt,
    permissions: permissions
      .slice(0, maxPermissions)
      .map(({ words, risk }) => ({ words: shortened(words), risk })),
    ...(highestRisk === undefined ? {} : { highestRisk }),
    signedBy: detail.keyId,
  }
}

function gravity(risk: Risk): number {
  return risks.indexOf(risk)
}

function shortened(words: string): string {
  return words.length > maxWords ? `${words.slice(0, maxWords - 1)}…` : words
}
