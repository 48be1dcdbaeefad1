import { distance } from 'fastest-levenshtein'

/**
 * The known name that was most likely meant, or undefined when none is near: at most a third of the letters
 * differ, and never more than three. Two neighbours that changed places count as one letter.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase().slice(0, 128)
  let best: { name: string; edits: number } | undefined
  for (const candidate of known) {
    const edits = editsBetween(wanted, candidate.toLowerCase())
    if (edits <= limitFor(wanted, candidate) && (best === undefined || edits < best.edits))
      best = { name: candidate, edits }
  }
  return best?.name
}

function editsBetween(wanted: string, candidate: string): number {
  return areNeighboursSwapped(wanted, candidate) ? 1 : distance(wanted, candidate)
}

function areNeighboursSwapped(one: string, other: string): boolean {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  const swapped = [one.slice(0, at), one[at + 1], one[at], one.slice(at + 2)].join('')
  return at < one.length && swapped === other
}

function limitFor(wanted: string, candidate: string): number {
  return Math.min(3, Math.max(1, Math.ceil(Math.max(wanted.length, candidate.length) / 3)))
}
