import { dirname } from 'node:path'

/**
 * Folds paths to folders: where more than a few of one folder are needed it is the folder, and as far up as it takes while there are
 * too many lines for anybody to read. Never above a root.
 *
 * @param roots without links
 */
export function fewerPaths(paths: Iterable<string>, roots: readonly string[]): readonly string[] {
  const lines = foldFolders(outermost(paths), roots)
  return lines.length > mostLines ? cutDeep(lines, roots) : lines
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

/** Adds each folder that holds many, from the deepest on: each is one of what its own folder holds. */
function foldFolders(lines: readonly string[], roots: readonly string[]): readonly string[] {
  const byDepth = Map.groupBy(lines, depthOf)
  const all = new Set(lines)
  for (let depth = Math.max(0, ...byDepth.keys()); depth > 0; depth -= 1) {
    const above = byDepth.get(depth - 1) ?? []
    for (const [folder, inside] of Map.groupBy(new Set(byDepth.get(depth)), dirname)) {
      if (inside.length <= mostOfFolder || !isBelowRoot(folder, roots)) continue
      all.add(folder)
      above.push(folder)
    }
    byDepth.set(depth - 1, above)
  }
  return outermost(all)
}

/** Cuts all lines at the greatest depth at which they are few enough, or at the roots. */
function cutDeep(lines: readonly string[], roots: readonly string[]): readonly string[] {
  let [few, many] = [0, Math.max(...lines.map(depthOf))]
  while (many - few > 1) {
    const depth = Math.floor((few + many) / 2)
    if (cutAt(depth, lines, roots).length > mostLines) many = depth
    else few = depth
  }
  return cutAt(few, lines, roots)
}

function cutAt(
  depth: number,
  lines: readonly string[],
  roots: readonly string[],
): readonly string[] {
  return outermost(
    lines.map((line) => {
      const cut = line
        .split('/')
        .slice(0, depth + 1)
        .join('/')
      if (isBelowRoot(cut, roots)) return cut
      return roots.find((root) => isBelowRoot(line, [root])) ?? line
    }),
  )
}

function depthOf(path: string): number {
  return path.split('/').length - 1
}

function isBelowRoot(folder: string, roots: readonly string[]): boolean {
  // Both are normal already, and there may be a hundred thousand.
  return roots.some((root) => folder === root || folder.startsWith(`${root}/`))
}
