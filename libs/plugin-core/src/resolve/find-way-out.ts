import type { Conflict } from './explain-conflict.ts'
import { attemptOf } from './attempt.ts'
import type { ResolveQuestion } from './resolve-question.ts'
import type { Root } from './solver.ts'

const mostTries = 4

/**
 * What would solve a conflict, tried out before it is said: another version of what was asked for, or a plugin less.
 *
 * @returns one sentence, an instruction
 */
export async function findWayOut(
  question: ResolveQuestion,
  roots: readonly Root[],
  { facts, known }: Conflict,
): Promise<string> {
  const { installed = [] } = question
  const named = new Set(facts.flatMap((fact) => (fact.kind === 'cycle' ? fact.path : [fact.id])))
  const free = new Set([...roots.map(({ fact }) => fact.id), ...installed.map(({ id }) => id)])
  for (const { fact } of roots.filter((root) => root.allows.kind === 'range').slice(0, mostTries)) {
    const relaxed = roots.map((root) => (root.fact.id === fact.id ? anyVersion(root) : root))
    const solution = await attemptOf(question, relaxed, free).solve()
    const version = solution.ok ? solution.chosen.get(fact.id)?.version : undefined
    if (version !== undefined) return `Ask for ${fact.id}@${version}, which fits`
  }
  const others = installed.filter(
    ({ id }) => named.has(id) && !roots.some(({ fact }) => fact.id === id),
  )
  for (const { id } of others.slice(0, mostTries)) {
    const without = { ...question, installed: installed.filter((each) => each.id !== id) }
    if ((await attemptOf(without, roots, free).solve()).ok)
      return `Uninstall ${id} first, which stands in the way`
  }
  for (const { fact } of roots.length > 1 ? roots.slice(0, mostTries) : []) {
    const fewer = roots.filter((root) => root.fact.id !== fact.id)
    if ((await attemptOf(question, fewer, free).solve()).ok)
      return `Leave out ${fact.id}, and the others fit together`
  }
  const missing = facts.find((fact) => fact.kind === 'needs' && !known.has(fact.needs))
  if (missing?.kind === 'needs')
    return `Install ${missing.needs} first, or do without it by --no-deps`
  return facts.some(({ kind }) => kind === 'cycle')
    ? 'Tell the authors of these plugins: plugins may not need each other in a circle'
    : 'Ask the author of what needs a version that cannot be had, or install without it by --no-deps'
}

function anyVersion({ fact }: Root): Root {
  return { fact: { kind: 'asked', id: fact.id }, allows: { kind: 'usual' } }
}
