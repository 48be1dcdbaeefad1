import type { CodeBlock } from './code-blocks.ts'

/** What can be told of a block by its opening fence: that it runs, that it is excused, or that nobody would check it. */
export type FenceVerdict =
  | { readonly kind: 'run' }
  | { readonly kind: 'excused'; readonly reason: string }
  | { readonly kind: 'wrong'; readonly failure: string }

const excuse = ['no-run', 'reason']

/** Languages with the attributes that each may have. Prose and quotations have nothing to run. */
const languages: Readonly<Record<string, readonly string[]>> = {
  ts: excuse,
  sh: [...excuse, 'in', 'background'],
  console: [...excuse, 'in'],
  json: excuse,
  jsonl: excuse,
  yaml: excuse,
  text: [],
  diff: [],
}

/** Judges a fence. A language or attribute that is misspelt is wrong, as its block would pass without having run. */
export function judgeFence({ language, attributes }: CodeBlock): FenceVerdict {
  const allowed = languages[language]
  if (allowed === undefined) {
    const known = Object.keys(languages).join(', ')
    return wrong(`no block in ${JSON.stringify(language)} is checked; use one of ${known}`)
  }
  const unknown = [...attributes.keys()].find((name) => !allowed.includes(name))
  if (unknown !== undefined) return wrong(`\`${language}\` has no attribute ${unknown}`)
  const place = attributes.get('in')
  if (place !== undefined && place !== 'repository') {
    return wrong(`there is no in=${place}; without it a block runs in a temporary home`)
  }
  if (!attributes.has('no-run')) return { kind: 'run' }
  const reason = (attributes.get('reason') ?? '').trim()
  return reason === ''
    ? wrong('no-run needs a reason: no-run reason="…"')
    : { kind: 'excused', reason }
}

function wrong(failure: string): FenceVerdict {
  return { kind: 'wrong', failure }
}
