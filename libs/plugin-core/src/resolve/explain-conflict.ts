import { neutralText } from '@mb/manifest'
import type { Allowed } from './candidates.ts'
import type { CandidateStore } from './candidate-store.ts'
import type { Fact, Incompatibility } from './incompatibility.ts'
import { noState } from './state-set.ts'

/** Why versions do not fit together: facts that cannot all hold. */
export interface Conflict {
  /** From what was asked for to what fails; each is true by itself. */
  readonly facts: readonly Fact[]
  /** The same in words, one sentence each. */
  readonly reasons: readonly string[]
  /** Ids of plugins that somebody has. */
  readonly known: ReadonlySet<string>
}

const mostVersions = 4

/** Takes a conflict apart into the facts that it was drawn from, and says them in an order that can be followed. */
export function explainConflict(conflict: Incompatibility, store: CandidateStore): Conflict {
  const facts = inOrder(factsOf(conflict))
  const known = facts
    .flatMap((fact) => (fact.kind === 'needs' ? [fact.id, fact.needs] : []))
    .filter((id) => store.get(id).offers.length + store.get(id).passedOver.length > 0)
  return { facts, reasons: facts.map((fact) => sentence(fact, store)), known: new Set(known) }
}

function factsOf(conflict: Incompatibility): readonly Fact[] {
  const facts = new Set<Fact>()
  const seen = new Set<Incompatibility>()
  const open = [conflict]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    if ('kind' in next.cause) facts.add(next.cause)
    else open.push(...next.cause)
  }
  return [...facts]
}

/** What was asked for first, then what each of it needs, breadth first and by name; what is installed comes in last. */
function inOrder(facts: readonly Fact[]): readonly Fact[] {
  const sorted = facts.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const ordered: Fact[] = sorted.filter(({ kind }) => kind === 'asked')
  const rest = new Set(sorted.filter(({ kind }) => kind !== 'asked'))
  const told = new Set(ordered.flatMap((fact) => (fact.kind === 'cycle' ? [] : [fact.id])))
  for (;;) {
    const next =
      first(rest, (fact) => fact.kind === 'needs' && told.has(fact.id)) ??
      first(rest, (fact) => fact.kind === 'installed' || fact.kind === 'chosen') ??
      first(rest, () => true)
    if (next === undefined) return ordered
    rest.delete(next)
    ordered.push(next)
    if (next.kind === 'needs') told.add(next.needs)
    else if (next.kind !== 'cycle') told.add(next.id)
  }
}

function first(facts: ReadonlySet<Fact>, isSuch: (fact: Fact) => boolean): Fact | undefined {
  for (const fact of facts) if (isSuch(fact)) return fact
  return undefined
}

function keyOf(fact: Fact): string {
  if (fact.kind === 'cycle') return `~${fact.path.join(' ')}`
  return fact.kind === 'needs' ? `${fact.id} ${fact.needs} ${fact.range}` : fact.id
}

function sentence(fact: Fact, store: CandidateStore): string {
  if (fact.kind === 'cycle') return `${[...fact.path, fact.path[0]].join(' needs ')}: a cycle`
  const { id } = fact
  if (fact.kind === 'installed') return `${id} ${fact.version} is installed`
  if (fact.kind === 'chosen') return `${id} ${fact.version} is chosen`
  if (fact.kind === 'asked') {
    const range = fact.range === undefined ? '' : ` ${text(fact.range)}`
    return `${id}${range} is asked for${whatThereIs(id, fact.range, store)}`
  }
  const { needs, range } = fact
  return `${id} ${versions(fact.versions)} needs ${needs} ${text(range)}${whatThereIs(needs, range, store)}`
}

/** Says why nothing fits a range, where nothing does. */
function whatThereIs(id: string, range: string | undefined, store: CandidateStore): string {
  const candidates = store.get(id)
  const allows: Allowed = range === undefined ? { kind: 'usual' } : { kind: 'range', range }
  if (candidates.allowed(allows) !== noState) return ''
  const { offers, passedOver } = candidates
  const best = passedOver.find(({ version }) => candidates.wouldFit(version, allows))
  if (best !== undefined) return `; ${best.version} is passed over: ${text(best.reason)}`
  if (offers.length === 0 && passedOver.length === 0) return ', which nobody has'
  return `, and there is only ${versions([...offers, ...passedOver].map(({ version }) => version))}`
}

function versions(all: readonly string[]): string {
  const some = all.slice(0, mostVersions)
  const rest = all.length - some.length
  return rest === 0 ? some.join(', ') : `${some.join(', ')} and ${rest} more`
}

/** Words of strangers, kept to one short line. */
function text(words: string): string {
  return neutralText(words, 120)
}
