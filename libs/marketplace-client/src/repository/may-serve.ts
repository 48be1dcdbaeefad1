import type { CheckedRepository } from './repository.ts'

/**
 * The marketplaces that may serve a namespace, in the order that they are asked in: those that name it, or else those
 * that name none.
 */
export function mayServe<Item extends { readonly repository: CheckedRepository }>(
  items: readonly Item[],
  namespace: string,
): readonly Item[] {
  const naming = items.filter(({ repository }) => repository.namespaces?.has(namespace) === true)
  return naming.length > 0
    ? naming
    : items.filter(({ repository }) => repository.namespaces === undefined)
}
