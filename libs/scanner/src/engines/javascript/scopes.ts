import { child, children, childrenOf, isFunction, isNode, text, type Node } from './nodes.ts'

/** What a name stands for: all that is ever assigned to it. */
export interface Binding {
  /** Expressions whose value it may have; for a pattern, the way into the value. */
  readonly sources: BindingSource[]
}

/** A value that a name gets. */
export type BindingSource =
  | {
      readonly kind: 'value'
      readonly node: Node
      readonly path: readonly string[]
      readonly scope: Scope
    }
  | { readonly kind: 'module'; readonly module: string; readonly path: readonly string[] }
  | { readonly kind: 'unknown' }

/** Names of one function, block or module. */
export class Scope {
  readonly parent: Scope | undefined
  readonly #names = new Map<string, Binding>()

  constructor(parent?: Scope) {
    this.parent = parent
  }

  declare(name: string, source?: BindingSource): void {
    const binding = this.#names.get(name) ?? { sources: [] }
    this.#names.set(name, binding)
    if (source !== undefined) binding.sources.push(source)
  }

  /** The binding of a name as seen from here; undefined for a global. */
  find(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.parent?.find(name)
  }
}

/** Scopes of the nodes that open one. */
export type Scopes = ReadonlyMap<Node, Scope>

/** Finds every name of a program and what is assigned to it. */
export function readScopes(program: Node): Scopes {
  const scopes = new Map<Node, Scope>()
  const root = new Scope()
  scopes.set(program, root)
  const assignments: { node: Node; scope: Scope }[] = []
  const walk = (node: Node, block: Scope, functionScope: Scope): void => {
    let inner = block
    let innerFunction = functionScope
    if (isFunction(node)) {
      const name = child(node, 'id')
      const own = name === undefined ? undefined : text(name, 'name')
      if (own !== undefined) block.declare(own, { kind: 'value', node, path: [], scope: block })
      inner = new Scope(block)
      innerFunction = inner
      scopes.set(node, inner)
      for (const parameter of children(node, 'params'))
        declarePattern(parameter, inner, undefined, inner)
    } else if (opensBlock(node)) {
      inner = new Scope(block)
      scopes.set(node, inner)
    }
    if (node.type === 'ImportDeclaration') declareImports(node, inner)
    else if (node.type === 'ClassDeclaration') {
      const id = child(node, 'id')
      if (id !== undefined) block.declare(text(id, 'name') ?? '', { kind: 'unknown' })
    } else if (node.type === 'VariableDeclaration') {
      const target = node['kind'] === 'var' ? innerFunction : inner
      for (const declarator of children(node, 'declarations')) {
        const id = child(declarator, 'id')
        if (id !== undefined) declarePattern(id, target, child(declarator, 'init'), inner)
      }
    } else if (node.type === 'CatchClause') {
      const parameter = child(node, 'param')
      if (parameter !== undefined) declarePattern(parameter, inner, undefined, inner)
    } else if (node.type === 'AssignmentExpression') assignments.push({ node, scope: inner })
    for (const each of childrenOf(node)) walk(each, inner, innerFunction)
  }
  for (const each of childrenOf(program)) walk(each, root, root)
  for (const { node, scope } of assignments) assign(node, scope)
  return scopes
}

function opensBlock({ type }: Node): boolean {
  return (
    type === 'BlockStatement' ||
    type === 'ForStatement' ||
    type === 'ForInStatement' ||
    type === 'ForOfStatement' ||
    type === 'CatchClause' ||
    type === 'SwitchStatement' ||
    type === 'StaticBlock'
  )
}

function declareImports(node: Node, scope: Scope): void {
  const source = child(node, 'source')
  const module = source === undefined ? undefined : source['value']
  if (typeof module !== 'string' || node['importKind'] === 'type') return
  for (const specifier of children(node, 'specifiers')) {
    const local = child(specifier, 'local')
    const name = local === undefined ? undefined : text(local, 'name')
    if (name === undefined) continue
    const imported = child(specifier, 'imported')
    const member = imported === undefined ? undefined : (imported['name'] ?? imported['value'])
    const path = typeof member === 'string' && member !== 'default' ? [member] : []
    scope.declare(name, { kind: 'module', module, path })
  }
}

function declarePattern(
  pattern: Node,
  target: Scope,
  init: Node | undefined,
  scope: Scope,
  path: readonly string[] = [],
): void {
  if (pattern.type === 'Identifier') {
    target.declare(
      text(pattern, 'name') ?? '',
      init === undefined ? { kind: 'unknown' } : { kind: 'value', node: init, path, scope },
    )
  } else if (pattern.type === 'AssignmentPattern') {
    const left = child(pattern, 'left')
    if (left !== undefined)
      declarePattern(left, target, init ?? child(pattern, 'right'), scope, path)
  } else if (pattern.type === 'ObjectPattern') {
    for (const property of children(pattern, 'properties')) {
      const value = child(property, 'value') ?? child(property, 'argument')
      if (value === undefined) continue
      const key = child(property, 'key')
      const name = key === undefined ? undefined : (key['name'] ?? key['value'])
      declarePattern(value, target, init, scope, typeof name === 'string' ? [...path, name] : path)
    }
  } else if (pattern.type === 'ArrayPattern') {
    for (const element of children(pattern, 'elements'))
      declarePattern(element, target, init, scope, [...path, '[]'])
  } else {
    const inside = child(pattern, 'argument') ?? child(pattern, 'parameter')
    if (inside !== undefined) declarePattern(inside, target, undefined, scope)
  }
}

function assign(node: Node, scope: Scope): void {
  const left = child(node, 'left')
  const right = child(node, 'right')
  if (left?.type !== 'Identifier' || right === undefined || !isNode(right)) return
  scope
    .find(text(left, 'name') ?? '')
    ?.sources.push({ kind: 'value', node: right, path: [], scope })
}
