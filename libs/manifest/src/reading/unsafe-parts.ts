import { isScalar, visit, type Document, type LineCounter } from 'yaml'
import type { PlacedProblem } from './finding.ts'
import { placeOf } from './locate.ts'

// Keys that a careless merge turns into the prototype of every object.
const reservedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** What YAML allows and a manifest may not hold: tags, directives, merge keys, keys that are no text. */
export function unsafeParts(
  document: Document.Parsed,
  lines: LineCounter,
): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = []

  function report(code: PlacedProblem['code'], message: string, node: unknown): void {
    problems.push({ code, message, path: [], place: placeOf(node, lines) })
  }

  const { directives } = document
  if (directives.yaml.explicit === true || Object.keys(directives.tags).length > 1)
    report('unsafe-yaml', 'Directives (lines that start with "%") are not read', undefined)

  visit(document, {
    Node(_, node) {
      if ('tag' in node && node.tag !== undefined)
        report('unsafe-yaml', `The tag "${node.tag}" is not read`, node)
    },
    Pair(_, { key }) {
      if (!isScalar(key) || typeof key.value !== 'string')
        report('wrong-type', 'A key is no text: put it in quotes', key)
      else if (key.value === '<<')
        report('unsafe-yaml', 'Merge keys ("<<") are not read: write the keys out', key)
      else if (reservedKeys.has(key.value))
        report('reserved-key', `The key "${key.value}" may not be used`, key)
    },
  })
  return problems
}
