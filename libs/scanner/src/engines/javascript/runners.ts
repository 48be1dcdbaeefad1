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

/** A call, however it is made. */
export interface Called {
  /** The function. */
  readonly value: Value | undefined
  readonly given: readonly Node[]
}

/** What a call calls, and with what: also by `call`, `apply` and `Reflect`. */
export function calledBy(call: Node, values: Values): Called {
  const given = children(call, 'arguments')
  const value = values.of(child(call, 'callee'))
  if (value?.kind !== 'global' && value?.kind !== 'module') return { value, given }
  const name = value.kind === 'global' ? value.path.join('.') : ''
  if (name === 'Reflect.apply') return { value: values.of(given[0]), given: spread(given[2]) }
  if (name === 'Reflect.construct') return { value: values.of(given[0]), given: spread(given[1]) }
  const borrowed = { ...value, path: value.path.slice(0, -1) }
  const last = value.path.at(-1)
  if (last === 'call') return { value: borrowed, given: given.slice(1) }
  return last === 'apply' ? { value: borrowed, given: spread(given[1]) } : { value, given }
}

function spread(list: Node | undefined): readonly Node[] {
  if (list === undefined) return []
  return list.type === 'ArrayExpression' ? children(list, 'elements') : [list]
}

/** What a call runs or starts; undefined for all other calls. */
export function runOf({ value, given }: Called): Run | undefined {
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
