import { isMostlyEscapes } from '../text-escapes.ts'
import { child, text, type Node } from './nodes.ts'
import { decoded, textValue, type Value } from './value.ts'

/** A text with a part replaced. */
export function replaced(
  whole: Value | undefined,
  part: Value | undefined,
  by: Value | undefined,
): Value | undefined {
  if (whole?.kind !== 'text' || part?.kind !== 'text' || by?.kind !== 'text') return undefined
  return textValue(whole.text.replaceAll(part.text, () => by.text))
}

/** A part of a text, between two places. */
export function cut(whole: Value | undefined, places: readonly Node[]): Value | undefined {
  const [from, to] = places.map((each) => each['value'])
  if (whole?.kind !== 'text' || typeof from !== 'number') return undefined
  return textValue(whole.text.slice(from, typeof to === 'number' ? to : undefined))
}

/** A text that is written out. */
export function literal(node: Node): Value | undefined {
  const value = node['value']
  if (typeof value !== 'string') return undefined
  // Who writes a text as the numbers of its letters does not want it to be read.
  return isMostlyEscapes(text(node, 'raw') ?? '') ? decoded : textValue(value)
}

/** A part of a template as it reads. */
export function cooked(quasi: Node): string {
  const value: unknown = quasi['value']
  const found =
    typeof value === 'object' && value !== null && 'cooked' in value ? value.cooked : undefined
  return typeof found === 'string' ? found : ''
}

/** The parts of a sum from left to right; sums are long rather than deep. */
export function operands(node: Node): readonly Node[] {
  const parts: Node[] = []
  let next: Node | undefined = node
  while (next?.type === 'BinaryExpression' && next['operator'] === '+') {
    const right = child(next, 'right')
    if (right !== undefined) parts.push(right)
    next = child(next, 'left')
  }
  if (next !== undefined) parts.push(next)
  return parts.toReversed()
}
