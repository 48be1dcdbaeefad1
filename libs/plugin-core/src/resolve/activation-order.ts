/**
 * The order in which plugins are activated: each after all that it needs, and by name where nothing else decides.
 *
 * @param needs - what each plugin needs; without a cycle
 */
export function activationOrder(needs: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const order: string[] = []
  const seen = new Set<string>()
  for (const start of [...needs.keys()].toSorted()) {
    const path: { readonly id: string; readonly rest: string[] }[] = []
    const enter = (id: string): void => {
      if (seen.has(id) || !needs.has(id)) return
      seen.add(id)
      path.push({ id, rest: (needs.get(id) ?? []).toSorted().toReversed() })
    }
    enter(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.pop()
      if (next !== undefined) {
        enter(next)
        continue
      }
      order.push(top.id)
      path.pop()
    }
  }
  return order
}
