import { visitorKeys } from 'oxc-parser'

/** A node of an ESTree. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** Whether a value is a node. */
export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value &&
    typeof value.start === 'number'
  )
}

/** A child of a node under a name, when it is one. */
export function child(node: Node, name: string): Node | undefined {
  const value = node[name]
  return isNode(value) ? value : undefined
}

/** Children of a node under a name that holds a list. */
export function children(node: Node, name: string): readonly Node[] {
  const value: unknown = node[name]
  return Array.isArray(value) ? value.filter(isNode) : []
}

/** A text of a node under a name. */
export function text(node: Node, name: string): string | undefined {
  const value = node[name]
  return typeof value === 'string' ? value : undefined
}

// Types say nothing about what runs.
const typesOnly = new Set(['typeAnnotation', 'typeParameters', 'typeArguments', 'returnType'])

/**
 * Every child, in the order of the tree, that runs or stands for a value: no types, and no names that are mere labels,
 * as in `{ name: 1 }`, `value.name` or `typeof name`.
 */
export function childrenOf(node: Node): readonly Node[] {
  const found: Node[] = []
  const label = labelOf(node)
  for (const name of keysOf(node)) {
    const value = name === label ? undefined : node[name]
    if (Array.isArray(value)) for (const each of value) if (isNode(each)) found.push(each)
    if (isNode(value)) found.push(value)
  }
  return found
}

const keys = new Map<string, readonly string[]>()

function keysOf(node: Node): readonly string[] {
  const known = keys.get(node.type)
  if (known !== undefined) return known
  const all = childless.has(node.type) ? [] : (visitorKeys[node.type] ?? Object.keys(node))
  const some = all.filter((name) => !typesOnly.has(name))
  keys.set(node.type, some)
  return some
}

/** Names in these are of other modules, or of types. */
const childless = new Set([
  'ImportDeclaration',
  'ExportAllDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
])

function labelOf(node: Node): string | undefined {
  switch (node.type) {
    case 'MemberExpression':
      return node['computed'] === true ? undefined : 'property'
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return node['computed'] === true ? undefined : 'key'
    case 'UnaryExpression': {
      const isName = child(node, 'argument')?.type === 'Identifier'
      return node['operator'] === 'typeof' && isName ? 'argument' : undefined
    }
    case 'ExportSpecifier':
      return 'exported'
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return 'label'
    default:
      return undefined
  }
}

/** Nodes that hold functions. */
export function isFunction({ type }: Node): boolean {
  return (
    type === 'FunctionDeclaration' ||
    type === 'FunctionExpression' ||
    type === 'ArrowFunctionExpression'
  )
}

/** What stands around an expression without changing its value. */
export function unwrapped(node: Node): Node {
  let inner = node
  while (wrappers.has(inner.type)) {
    const next = child(inner, 'expression') ?? child(inner, 'argument')
    if (next === undefined) return inner
    inner = next
  }
  return inner
}

const wrappers = new Set([
  'AwaitExpression',
  'ChainExpression',
  'ParenthesizedExpression',
  'TSAsExpression',
  'TSInstantiationExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
])
