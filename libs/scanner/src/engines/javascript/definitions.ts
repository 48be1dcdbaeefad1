import { child, childrenOf, isFunction, text, unwrapped, type Node } from './nodes.ts'
import type { Scopes } from './scopes.ts'

/** Finds what the names of one program stand for in it. */
export class Definitions {
  readonly #scopes: Scopes
  readonly #returns = new Map<Node, readonly Node[]>()

  constructor(scopes: Scopes) {
    this.#scopes = scopes
  }

  /** The list or object that an expression is, or that a name stands for when it gets nothing else. */
  literalOf(node: Node | undefined): Node | undefined {
    const inner = node === undefined ? undefined : unwrapped(node)
    if (inner?.type !== 'Identifier') return inner
    const sources = this.#scopes.of(inner)?.find(text(inner, 'name') ?? '')?.sources
    const [source, another] = sources ?? []
    const isOnly = source?.kind === 'value' && source.path.length === 0 && another === undefined
    return isOnly ? source.node : undefined
  }

  /** The function of this file that is called. */
  functionOf(callee: Node): Node | undefined {
    if (isFunction(callee)) return callee
    const binding =
      callee.type === 'Identifier'
        ? this.#scopes.of(callee)?.find(text(callee, 'name') ?? '')
        : undefined
    const source = binding?.sources.find((each) => each.kind === 'value' && isFunction(each.node))
    return source?.kind === 'value' ? source.node : undefined
  }

  /** What a function gives back, without what functions in it do. */
  returnsOf(found: Node): readonly Node[] {
    const before = this.#returns.get(found)
    if (before !== undefined) return before
    const body = child(found, 'body')
    const returns: Node[] = body !== undefined && body.type !== 'BlockStatement' ? [body] : []
    const open = body?.type === 'BlockStatement' ? [body] : []
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const argument = next.type === 'ReturnStatement' ? child(next, 'argument') : undefined
      if (argument !== undefined) returns.push(argument)
      else for (const each of childrenOf(next)) if (!isFunction(each)) open.push(each)
    }
    this.#returns.set(found, returns)
    return returns
  }
}
