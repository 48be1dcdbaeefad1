import { discoveryPlaces, type PlaceKind } from '@mb/plugin-core/discovery'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { discoveryContext } from '../discovery/discovery-context.ts'

/** A folder that plugins are looked for in. */
interface ListedPath {
  readonly kind: PlaceKind
  readonly path: string
  /** Whether there is such a folder now. */
  readonly exists: boolean
}

/** Reads where plugins are looked for, the first of them first. */
export async function run(
  _invocation: Invocation,
  context: Context,
): Promise<readonly ListedPath[]> {
  return discoveryPlaces(await discoveryContext(context))
}

const words: Readonly<Record<PlaceKind, string>> = {
  installed: 'what is installed',
  project: 'this project',
  'search-path': 'your settings',
  system: 'this system',
  'node-modules': 'packages of this project',
  remote: 'marketplaces',
}

/** Shows them as a table. */
export function render(paths: readonly ListedPath[], output: Output): void {
  const { style } = output
  output.table(
    ['folder', 'by', 'state'],
    paths.map(({ kind, path, exists }) => [
      style.strong(path),
      words[kind],
      exists ? style.good('is there') : style.faint('not there'),
    ]),
  )
}
