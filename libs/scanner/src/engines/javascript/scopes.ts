import { child, children, childrenOf, isFunction, text, unwrapped, type Node } from './nodes.ts'

/** What a name stands for: all that is ever assigned to it. */
export interface Binding {
  readonly sources: BindingSource[]
}

/** A value that a name gets. */
export type BindingSource =
  /** Of an expression; for a pattern, with the way into its value. */
  | { readonly kind: 'value'; readonly node: Node; readonly path: readonly string[] }
  | { readonly kind: 'module'; readonly module: string; readonly path: readonly string[] }

/** Names of one function, block or module. */
export class Scope {
  readonly parent: Scope | undefined
  readonly #names = new Map<string, Binding>()

  constructor(parent?: Scope) {
    this.parent = parent
  }

  /** Makes a name known, with what it gets where that is known. */
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

/** The nodes of a program that matter, and where their names are looked up. */
export interface Scopes {
  /** Names, functions, calls and whatever loads or assigns, in the order of the text. */
  readonly nodes: readonly Node[]
  /** The scope of a name or function among them. */
  of(node: Node): Scope | undefined
}

interface Open {
  readonly scope: Scope
  /** Where `var` declares. */
  readonly functionScope: Scope
}

const mattering = new Set([
  'ArrowFunctionExpression',
  'AssignmentExpression',
  'CallExpression',
  'ExportAllDeclaration',
  'ExportNamedDeclaration',
  'FunctionDeclaration',
  'FunctionExpression',
  'Identifier',
  'ImportDeclaration',
  'ImportExpression',
  'MemberExpression',
  'NewExpression',
  'TSImportEqualsDeclaration',
  'VariableDeclarator',
])

/** Finds the scope of each name, and all that is assigned to it. */
export function readScopes(program: Node): Scopes {
  const root = new Scope()
  const scopes = new Map<Node, Scope>()
  // No recursion: how deep a program nests is up to whoever wrote it.
  const open: Node[] = [program]
  const around: Open[] = [{ scope: root, functionScope: root }]
  for (;;) {
    const [node, outer] = [open.pop(), around.pop()]
    if (node === undefined || outer === undefined) break
    const inner = enter(node, outer)
    if (mattering.has(node.type)) scopes.set(node, inner.scope)
    const inside = childrenOf(node)
    for (let at = inside.length - 1; at >= 0; at--) {
      const each = inside[at]
      if (each === undefined) continue
      open.push(each)
      around.push(inner)
    }
  }
  for (const [node, scope] of scopes) {
    if (node.type === 'AssignmentExpression') assign(node, scope)
    else if (node.type === 'CallExpression') passParameters(node, scopes)
  }
  return { nodes: [...scopes.keys()], of: (node) => scopes.get(node) }
}

function enter(node: Node, outer: Open): Open {
  const { scope } = outer
  if (isFunction(node)) return enterFunction(node, scope)
  const isBlock = blocks.has(node.type)
  const inner = isBlock ? new Scope(scope) : scope
  if (node.type === 'ImportDeclaration') declareImports(node, inner)
  else if (node.type === 'TSImportEqualsDeclaration') declareImportEquals(node, inner)
  else if (node.type === 'ClassDeclaration' || node.type === 'TSEnumDeclaration')
    declarePattern(child(node, 'id'), inner)
  else if (node.type === 'CatchClause') declarePattern(child(node, 'param'), inner)
  else if (node.type === 'VariableDeclaration')
    for (const declarator of children(node, 'declarations')) {
      const target = node['kind'] === 'var' ? outer.functionScope : inner
      declarePattern(child(declarator, 'id'), target, child(declarator, 'init'))
    }
  return isBlock ? { scope: inner, functionScope: outer.functionScope } : outer
}

const blocks = new Set([
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'CatchClause',
  'SwitchStatement',
  'StaticBlock',
])

function enterFunction(node: Node, scope: Scope): Open {
  const inner = new Scope(scope)
  const name = text(child(node, 'id') ?? node, 'name')
  // The name of a function expression is known inside it alone.
  if (name !== undefined)
    (node.type === 'FunctionDeclaration' ? scope : inner).declare(name, {
      kind: 'value',
      node,
      path: [],
    })
  for (const parameter of children(node, 'params')) declarePattern(parameter, inner)
  return { scope: inner, functionScope: inner }
}

function declareImports(node: Node, scope: Scope): void {
  const module = child(node, 'source')?.['value']
  if (typeof module !== 'string' || node['importKind'] === 'type') return
  for (const specifier of children(node, 'specifiers')) {
    const imported = child(specifier, 'imported')
    const member = imported?.['name'] ?? imported?.['value']
    const path = typeof member === 'string' && member !== 'default' ? [member] : []
    scope.declare(text(child(specifier, 'local') ?? node, 'name') ?? '', {
      kind: 'module',
      module,
      path,
    })
  }
}

// import name = require('module')
function declareImportEquals(node: Node, scope: Scope): void {
  const module = child(child(node, 'moduleReference') ?? node, 'expression')?.['value']
  if (typeof module === 'string')
    scope.declare(text(child(node, 'id') ?? node, 'name') ?? '', {
      kind: 'module',
      module,
      path: [],
    })
}

function declarePattern(
  pattern: Node | undefined,
  target: Scope,
  init?: Node,
  path: readonly string[] = [],
): void {
  if (pattern === undefined) return
  switch (pattern.type) {
    case 'Identifier': {
      const source = init === undefined ? undefined : ({ kind: 'value', node: init, path } as const)
      target.declare(text(pattern, 'name') ?? '', source)
      break
    }
    case 'AssignmentPattern': {
      const left = child(pattern, 'left')
      declarePattern(left, target, init, path)
      declarePattern(left, target, child(pattern, 'right'))
      break
    }
    case 'ObjectPattern':
      for (const property of children(pattern, 'properties')) {
        const key = child(property, 'key')
        const name = key?.['name'] ?? key?.['value']
        const inside = typeof name === 'string' ? [...path, name] : path
        declarePattern(
          child(property, 'value') ?? child(property, 'argument'),
          target,
          init,
          inside,
        )
      }
      break
    case 'ArrayPattern':
      for (const element of children(pattern, 'elements'))
        declarePattern(element, target, init, [...path, '[]'])
      break
    case 'RestElement':
    case 'TSParameterProperty':
      declarePattern(child(pattern, 'argument') ?? child(pattern, 'parameter'), target)
      break
    default:
      break
  }
}

function assign(node: Node, scope: Scope): void {
  const left = child(node, 'left')
  const right = child(node, 'right')
  if (left?.type !== 'Identifier' || right === undefined) return
  scope.find(text(left, 'name') ?? '')?.sources.push({ kind: 'value', node: right, path: [] })
}

/** A parameter gets what its function is called with, where it is called by its name or at once. */
function passParameters(call: Node, scopes: ReadonlyMap<Node, Scope>): void {
  const callee = child(call, 'callee')
  const called = callee === undefined ? undefined : functionOf(unwrapped(callee), scopes)
  if (called === undefined) return
  const given = children(call, 'arguments')
  for (const [at, parameter] of children(called, 'params').entries()) {
    const node = given[at]
    if (node === undefined) continue
    const name = text(parameter, 'name') ?? ''
    scopes.get(called)?.find(name)?.sources.push({ kind: 'value', node, path: [] })
  }
}

function functionOf(callee: Node, scopes: ReadonlyMap<Node, Scope>): Node | undefined {
  if (isFunction(callee)) return callee
  if (callee.type !== 'Identifier') return undefined
  const binding = scopes.get(callee)?.find(text(callee, 'name') ?? '')
  const [source, another] = binding?.sources ?? []
  if (source?.kind !== 'value' || another !== undefined || source.path.length > 0) return undefined
  return isFunction(source.node) ? source.node : undefined
}
