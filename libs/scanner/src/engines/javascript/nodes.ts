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

/** Every child, in the order of the tree. Types say nothing about what runs, so they are left out. */
export function* childrenOf(node: Node): Generator<Node> {
  for (const [name, value] of Object.entries(node)) {
    if (name === 'typeAnnotation' || name === 'typeParameters' || name === 'typeArguments') continue
    if (isNode(value)) yield value
    else if (Array.isArray(value)) for (const each of value) if (isNode(each)) yield each
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
