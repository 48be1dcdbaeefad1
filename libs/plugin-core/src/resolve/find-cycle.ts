/**
 * A cycle among what each plugin needs, the first that is met in the order of the names.
 *
 * @param needsOf - what a plugin needs; a plugin that is not there needs nothing
 * @returns the path, each plugin once; undefined when there is none
 */
export function findCycle(
  ids: Iterable<string>,
  needsOf: (id: string) => readonly string[],
): readonly string[] | undefined {
  const done = new Set<string>()
  for (const start of ids) {
    // By hand: a chain of thousands of plugins is deeper than the stack.
    const path: { readonly id: string; readonly needs: readonly string[]; at: number }[] = []
    const places = new Map<string, number>()
    const enter = (id: string): void => {
      places.set(id, path.length)
      path.push({ id, needs: needsOf(id), at: 0 })
    }
    if (!done.has(start)) enter(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.needs[top.at]
      top.at += 1
      if (next === undefined) {
        done.add(top.id)
        places.delete(top.id)
        path.pop()
        continue
      }
      const place = places.get(next)
      if (place !== undefined) return path.slice(place).map(({ id }) => id)
      if (!done.has(next)) enter(next)
    }
  }
  return undefined
}
