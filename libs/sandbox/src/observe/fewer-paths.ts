import { dirname } from 'node:path'
import { isInside } from '@mb/kernel'

/**
 * Folds paths to folders: where more than a few of one folder are needed it is the folder, and so on upwards while there are too many
 * lines for anybody to read. Never above a root.
 *
 * @param roots without links
 */
export function fewerPaths(paths: Iterable<string>, roots: readonly string[]): readonly string[] {
  let lines = outermost(paths)
  for (let isDone = false; !isDone;) {
    const folded = fold(lines, roots, mostOfFolder + 1)
    isDone = folded.length === lines.length
    lines = folded
  }
  while (lines.length > mostLines) {
    const folded = fold(lines, roots, 2)
    const fewer = folded.length < lines.length ? folded : raiseDeepest(lines, roots)
    // Nothing lies deeper than the roots any more.
    if (fewer.every((line, index) => line === lines[index])) return lines
    lines = fewer
  }
  return lines
}

const mostOfFolder = 3
const mostLines = 24

/** The paths that lie in no other one. */
function outermost(paths: Iterable<string>): readonly string[] {
  const all = new Set(paths)
  const isCovered = (path: string): boolean => {
    for (let folder = path; folder !== '/';) {
      folder = dirname(folder)
      if (all.has(folder)) return true
    }
    return false
  }
  return [...all].filter((path) => !isCovered(path)).toSorted()
}

/** Puts a folder in place of what lies in it directly, where that is much. */
function fold(
  lines: readonly string[],
  roots: readonly string[],
  least: number,
): readonly string[] {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(dirname(line), (counts.get(dirname(line)) ?? 0) + 1)
  const folders = [...counts]
    .filter(([folder, count]) => count >= least && isBelowRoot(folder, roots))
    .map(([folder]) => folder)
  return outermost([...lines, ...folders])
}

function raiseDeepest(lines: readonly string[], roots: readonly string[]): readonly string[] {
  const movable = lines.filter((line) => isBelowRoot(dirname(line), roots))
  const depth = Math.max(0, ...movable.map(depthOf))
  return outermost(
    lines.map((line) =>
      depthOf(line) === depth && isBelowRoot(dirname(line), roots) ? dirname(line) : line,
    ),
  )
}

function depthOf(path: string): number {
  return path.split('/').length
}

function isBelowRoot(folder: string, roots: readonly string[]): boolean {
  return roots.some((root) => isInside(root, folder))
}
