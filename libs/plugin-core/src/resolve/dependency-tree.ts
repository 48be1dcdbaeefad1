import semver from 'semver'
import type { PluginRecord } from '../store/plugin-record.ts'
import { isNamed } from '../store/requirement-gaps.ts'
import { activationOrder } from './activation-order.ts'

/** A plugin in a tree of what is needed. */
export interface TreeNode {
  /** Its id; of one that is not installed, as it is asked for. */
  readonly id: string
  /** Absent when it is not installed. */
  readonly version?: string
  /** The versions that are asked for; absent at the root. */
  readonly range?: string
  readonly isOptional: boolean
  readonly state: 'there' | 'missing' | 'disabled' | 'other-version'
  readonly needs: readonly TreeNode[]
  /** Why what it needs is not said here: it is said above, or it is too deep. */
  readonly cut?: 'above' | 'depth' | 'cycle'
}

/** What installed plugins need of each other. */
export interface DependencyTree {
  readonly roots: readonly TreeNode[]
  /** Ids, each after those that it needs: the order in which they are activated. */
  readonly order: readonly string[]
}

/**
 * What plugins need, and what that needs.
 *
 * @param roots - ids; without them, those that no other plugin needs
 * @param depth - how many levels are told
 */
export function dependencyTree(
  plugins: readonly PluginRecord[],
  { roots, depth }: { readonly roots?: readonly string[]; readonly depth: number },
): DependencyTree {
  const needs = needsOfAll(plugins)
  const needed = new Set([...needs.values()].flat())
  const tops = roots ?? plugins.map(({ id }) => id).filter((id) => !needed.has(id))
  // Where all need each other in a circle, none is on top.
  const shown = tops.length > 0 ? tops : plugins.map(({ id }) => id)
  const told = new Set<string>()
  const reached = new Set<string>()
  for (const id of shown) reach(id)
  return {
    roots: shown.flatMap((id) => {
      const record = plugins.find((each) => each.id === id)
      return record === undefined ? [] : [nodeOf(record, [])]
    }),
    order: activationOrder(needs).filter((id) => reached.has(id)),
  }

  function reach(id: string): void {
    if (reached.has(id)) return
    reached.add(id)
    for (const each of needs.get(id) ?? []) reach(each)
  }

  function nodeOf(
    record: PluginRecord,
    path: readonly string[],
    asked?: Pick<TreeNode, 'range' | 'isOptional'>,
  ): TreeNode {
    const { id, manifest } = record
    const facts = {
      id,
      version: manifest.version,
      ...(asked?.range === undefined ? {} : { range: asked.range }),
      isOptional: asked?.isOptional ?? false,
      state: stateOf(record, asked?.range),
    }
    const cut = cutOf(id, path)
    if (cut !== undefined) return { ...facts, needs: [], cut }
    told.add(id)
    const inner = [...path, id]
    return {
      ...facts,
      needs: [
        ...nodesOf(manifest.plugins, inner, false),
        ...nodesOf(manifest.optionalPlugins, inner, true),
      ],
    }
  }

  function nodesOf(
    ranges: Readonly<Record<string, string>>,
    path: readonly string[],
    isOptional: boolean,
  ): readonly TreeNode[] {
    return Object.entries(ranges)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, range]): TreeNode => {
        const record = plugins.find((each) => isNamed(each, name))
        return record === undefined
          ? { id: name, range, isOptional, state: 'missing', needs: [] }
          : nodeOf(record, path, { range, isOptional })
      })
  }

  function cutOf(id: string, path: readonly string[]): TreeNode['cut'] {
    if (path.includes(id)) return 'cycle'
    if ((needs.get(id) ?? []).length === 0) return undefined
    if (told.has(id)) return 'above'
    return path.length >= depth ? 'depth' : undefined
  }
}

function stateOf(
  { enabled, manifest }: PluginRecord,
  range: string | undefined,
): TreeNode['state'] {
  const fits =
    range === undefined || semver.satisfies(manifest.version, range, { includePrerelease: true })
  if (!fits) return 'other-version'
  return enabled ? 'there' : 'disabled'
}

function needsOfAll(plugins: readonly PluginRecord[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    plugins.map(({ id, manifest: { plugins: needed, optionalPlugins } }) => [
      id,
      [...Object.keys(needed), ...Object.keys(optionalPlugins)].flatMap(
        (name) => plugins.find((each) => isNamed(each, name))?.id ?? [],
      ),
    ]),
  )
}
