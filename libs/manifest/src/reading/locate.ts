import { isMap, isNode, isScalar, isSeq, type LineCounter, type YAMLMap } from 'yaml'
import { aliasTarget } from './aliases.ts'
import type { Place } from './finding.ts'

/** Where a value stands, or else the nearest thing around it; `key` asks for its key instead. */
export type Locate = (path: readonly (string | number)[], what?: 'key' | 'value') => Place

interface Step {
  readonly key: unknown
  readonly value: unknown
  /** How many parts of the path it takes. */
  readonly taken: number
}

/** The places of a document's values, under their present keys and under the older ones. */
export function locator(contents: unknown, lines: LineCounter): Locate {
  return (path, what = 'value') => {
    let last: Step = { key: contents, value: contents, taken: 0 }
    let done = 0
    while (done < path.length) {
      const step = stepInto(last.value, path.slice(0, done), path.slice(done))
      if (step === undefined) return placeOf(last.value, lines) ?? start
      last = step
      done += step.taken
    }
    return placeOf(what === 'key' ? last.key : (last.value ?? last.key), lines) ?? start
  }
}

/** The place of a node of the document. */
export function placeOf(node: unknown, lines: LineCounter): Place | undefined {
  if (!isNode(node) || !node.range) return undefined
  const { line, col } = lines.linePos(node.range[0])
  return { line, column: col }
}

const start: Place = { line: 1, column: 1 }

function stepInto(
  node: unknown,
  within: readonly (string | number)[],
  path: readonly (string | number)[],
): Step | undefined {
  if (isMap(node)) return stepIntoMap(node, within, path)
  if (!isSeq(node)) return undefined
  const [part] = path
  // A list can stand for a map: `dependencies: ["requests>=2"]` is found under `requests`.
  const item =
    typeof part === 'number'
      ? node.items[part]
      : node.items.find((each) => textOf(each).startsWith(String(part)))
  return item === undefined ? undefined : { key: item, value: item, taken: 1 }
}

/** @param group the key of the map, when it stands for nothing but those that it groups */
function stepIntoMap(
  node: YAMLMap,
  within: readonly (string | number)[],
  path: readonly (string | number)[],
  group?: string,
): Step | undefined {
  // As it is written: what was refused stays under the name that the author gave it.
  const [first] = path
  for (const { key, value } of node.items)
    if (group === undefined && textOf(key) === first) return { key, value, taken: 1 }
  for (const { key, value } of node.items) {
    const name = textOf(key)
    const target = aliasTarget(name, within, group)
    if (target.length === 0 && isMap(value) && group === undefined) {
      const step = stepIntoMap(value, within, path, name)
      if (step !== undefined) return step
    } else if (target.length > 0 && target.every((part, index) => part === path[index])) {
      return { key, value, taken: target.length }
    }
  }
  return undefined
}

function textOf(node: unknown): string {
  return isScalar(node) ? String(node.value) : ''
}
