import { bareName } from './capabilities.ts'
import { child, children, type Node } from './nodes.ts'
import type { Value } from './value.ts'
import type { Values } from './values.ts'

/** A call that runs or starts something. */
export interface Run {
  readonly rule: 'decode-and-run' | 'decode-and-start'
  /** The function, by name. */
  readonly what: string
  /** The arguments that say what is run. */
  readonly code: readonly Node[]
}

const timers = new Set(['setTimeout', 'setInterval', 'setImmediate'])

/** What a call runs or starts; undefined for all other calls. */
export function runOf(call: Node, values: Values): Run | undefined {
  const given = children(call, 'arguments')
  const value = values.of(child(call, 'callee'))
  // eval.call(null, text)
  const last = value?.kind === 'global' || value?.kind === 'module' ? value.path.at(-1) : undefined
  const name = value?.kind === 'global' ? value.path.join('.') : ''
  if (name === 'Reflect.apply') return runBy(values.of(given[0]), given.slice(2))
  if (name === 'Reflect.construct') return runBy(values.of(given[0]), given.slice(1))
  if (last === 'call' || last === 'apply') return runBy(withoutLast(value), given.slice(1))
  return runBy(value, given)
}

function withoutLast(value: Value | undefined): Value | undefined {
  return value?.kind === 'global' || value?.kind === 'module'
    ? { ...value, path: value.path.slice(0, -1) }
    : undefined
}

function runBy(value: Value | undefined, given: readonly Node[]): Run | undefined {
  if (value?.kind === 'global') {
    const name = value.path.join('.')
    if (name === 'eval' || timers.has(name))
      return { rule: 'decode-and-run', what: name, code: given.slice(0, 1) }
    const isFunction = name === 'Function' || name === 'Function.prototype.constructor'
    return isFunction ? { rule: 'decode-and-run', what: name, code: given } : undefined
  }
  if (value?.kind !== 'module') return undefined
  const what = [value.module, ...value.path].join('.')
  const module = bareName(value.module)
  if (module === 'vm') return { rule: 'decode-and-run', what, code: given.slice(0, 1) }
  // new Worker(text, { eval: true })
  if (module === 'worker_threads') return { rule: 'decode-and-run', what, code: given.slice(0, 1) }
  if (module !== 'child_process') return undefined
  // Options hold what the program reads, which may well be binary.
  const code = given.slice(0, 2).filter(({ type }) => type !== 'ObjectExpression')
  return { rule: 'decode-and-start', what, code }
}
