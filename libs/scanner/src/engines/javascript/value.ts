import { child, children, isFunction, isNode, text, type Node } from './nodes.ts'
import type { BindingSource, Scope } from './scopes.ts'

/** What an expression may come to, as far as it can be told without running it. */
export type Value =
  /** A text that is known. */
  | { readonly kind: 'text'; readonly text: string }
  /** A member of a module: `fs` is path [], `fs.promises.readFile` is path ['promises', 'readFile']. */
  | { readonly kind: 'module'; readonly module: string; readonly path: readonly string[] }
  /** A global, or a member of one. */
  | { readonly kind: 'global'; readonly path: readonly string[] }
  /** A function of this file. */
  | { readonly kind: 'function'; readonly node: Node; readonly scope: Scope }
  /** Text that was decoded, or bytes on their way to it. */
  | { readonly kind: 'decoded' }

const maxDepth = 24
const globalObjects = new Set(['globalThis', 'global', 'window', 'self'])
const decoders = new Set(['atob', 'unescape', 'String.fromCharCode', 'String.fromCodePoint'])
const encodings = new Set(['base64', 'base64url', 'hex', 'latin1', 'binary'])
const inflaters = /^(?:inflate|inflateRaw|gunzip|unzip|brotliDecompress|zstdDecompress)(?:Sync)?$/

/** Tells what an expression may come to; nothing when that is not known. */
export function evaluate(node: Node | undefined, scope: Scope, depth = 0): Value | undefined {
  if (node === undefined || depth > maxDepth) return undefined
  const deeper = (next: Node | undefined): Value | undefined => evaluate(next, scope, depth + 1)
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'string' ? { kind: 'text', text: node['value'] } : undefined
    case 'TemplateLiteral':
      return template(node, deeper)
    case 'BinaryExpression':
      return node['operator'] === '+'
        ? concatenated([deeper(child(node, 'left')), deeper(child(node, 'right'))])
        : undefined
    case 'Identifier':
      return named(text(node, 'name') ?? '', scope, depth)
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionDeclaration':
      return { kind: 'function', node, scope }
    case 'MemberExpression':
      return member(deeper(child(node, 'object')), propertyName(node, scope, depth))
    case 'CallExpression':
    case 'NewExpression':
      return called(node, scope, depth)
    case 'ImportExpression': {
      const source = deeper(child(node, 'source'))
      return source?.kind === 'text' ? { kind: 'module', module: source.text, path: [] } : undefined
    }
    case 'AwaitExpression':
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
      return deeper(child(node, 'argument') ?? child(node, 'expression'))
    case 'AssignmentExpression':
      return deeper(child(node, 'right'))
    case 'SequenceExpression':
      return deeper(children(node, 'expressions').at(-1))
    case 'ConditionalExpression':
      return deeper(child(node, 'consequent')) ?? deeper(child(node, 'alternate'))
    case 'LogicalExpression':
      return deeper(child(node, 'left')) ?? deeper(child(node, 'right'))
    default:
      return undefined
  }
}

/** Whether some part of an expression is decoded text. */
export function holdsDecoded(node: Node, scope: Scope, depth = 0): boolean {
  if (depth > maxDepth) return false
  if (evaluate(node, scope)?.kind === 'decoded') return true
  if (isFunction(node)) return false
  return Object.values(node).some((value) =>
    (Array.isArray(value) ? value : [value]).some(
      (each: unknown) => isNode(each) && holdsDecoded(each, scope, depth + 1),
    ),
  )
}

/** The name of a member, when it is known. */
export function propertyName(node: Node, scope: Scope, depth = 0): string | undefined {
  const property = child(node, 'property')
  if (property === undefined) return undefined
  if (node['computed'] !== true) return text(property, 'name')
  const value = evaluate(property, scope, depth + 1)
  return value?.kind === 'text' ? value.text : undefined
}

/** Text that is known to be joined with text that was decoded is as unreadable as the latter. */
function concatenated(parts: readonly (Value | undefined)[]): Value | undefined {
  if (parts.some((part) => part?.kind === 'decoded')) return { kind: 'decoded' }
  let whole = ''
  for (const part of parts) {
    if (part?.kind !== 'text') return undefined
    whole += part.text
  }
  return { kind: 'text', text: whole.slice(0, 65_536) }
}

function template(node: Node, valueOf: (each: Node) => Value | undefined): Value | undefined {
  const parts: (Value | undefined)[] = []
  const expressions = children(node, 'expressions')
  for (const [at, quasi] of children(node, 'quasis').entries()) {
    const value: unknown = quasi['value']
    const cooked =
      typeof value === 'object' && value !== null && 'cooked' in value ? value.cooked : ''
    parts.push({ kind: 'text', text: typeof cooked === 'string' ? cooked : '' })
    const expression = expressions[at]
    if (expression !== undefined) parts.push(valueOf(expression))
  }
  return concatenated(parts)
}

function named(name: string, scope: Scope, depth: number): Value | undefined {
  const binding = scope.find(name)
  if (binding === undefined) return { kind: 'global', path: [name] }
  const values = binding.sources.map((source) => sourceValue(source, depth))
  // What may be decoded text is taken for it; otherwise the first that is known.
  return (
    values.find((value) => value?.kind === 'decoded') ?? values.find((value) => value !== undefined)
  )
}

function sourceValue(source: BindingSource, depth: number): Value | undefined {
  if (source.kind === 'unknown') return undefined
  if (source.kind === 'module') return { kind: 'module', module: source.module, path: source.path }
  let value = evaluate(source.node, source.scope, depth + 1)
  for (const name of source.path) value = member(value, name)
  return value
}

function member(object: Value | undefined, name: string | undefined): Value | undefined {
  if (object === undefined || name === undefined) return undefined
  if (object.kind === 'decoded') return name === 'length' ? undefined : object
  if (object.kind === 'module') {
    const isSame = name === 'default' && object.path.length === 0
    return isSame ? object : { ...object, path: [...object.path, name] }
  }
  if (object.kind === 'global') {
    const [first = '', ...rest] = object.path
    const path = rest.length === 0 && globalObjects.has(first) ? [name] : [...object.path, name]
    return { kind: 'global', path }
  }
  return undefined
}

function called(node: Node, scope: Scope, depth: number): Value | undefined {
  const callee = child(node, 'callee')
  const parameters = children(node, 'arguments')
  const value = evaluate(callee, scope, depth + 1)
  const first = evaluate(parameters[0], scope, depth + 1)
  if (value?.kind === 'decoded') return value
  if (value?.kind === 'global') return ofGlobal(value.path, { first, parameters, scope, depth })
  if (value?.kind === 'module') return ofModule(value, first)
  if (value?.kind === 'function') return returned(value, depth)
  return ofText(callee, { first, scope, depth })
}

interface Call {
  readonly first: Value | undefined
  readonly parameters: readonly Node[]
  readonly scope: Scope
  readonly depth: number
}

function ofGlobal(path: readonly string[], call: Call): Value | undefined {
  const name = path.join('.')
  const { first, parameters, scope, depth } = call
  if (name === 'require' || name === 'process.getBuiltinModule')
    return first?.kind === 'text' ? { kind: 'module', module: first.text, path: [] } : undefined
  if (decoders.has(name)) return { kind: 'decoded' }
  if (name === 'Buffer.from') {
    const encoding = evaluate(parameters[1], scope, depth + 1)
    if (first?.kind === 'decoded') return first
    // Of an array of numbers, as of a text in such an encoding, nobody can tell what it says.
    const isUnreadable =
      parameters[0]?.type === 'ArrayExpression' ||
      (encoding?.kind === 'text' && encodings.has(encoding.text))
    return isUnreadable ? { kind: 'decoded' } : undefined
  }
  return undefined
}

function ofModule(
  { module, path }: Extract<Value, { kind: 'module' }>,
  first: Value | undefined,
): Value | undefined {
  const name = module.replace(/^node:/, '')
  const last = path.at(-1) ?? ''
  if (name === 'module' && last === 'createRequire') return { kind: 'global', path: ['require'] }
  if (name === 'buffer' && last === 'atob') return { kind: 'decoded' }
  if (name === 'zlib' && inflaters.test(last)) return { kind: 'decoded' }
  if (name === 'buffer' && path.join('.') === 'Buffer.from' && first?.kind === 'decoded')
    return first
  return undefined
}

/** What a function of this file gives back. */
function returned(
  { node, scope }: Extract<Value, { kind: 'function' }>,
  depth: number,
): Value | undefined {
  const body = child(node, 'body')
  if (body === undefined) return undefined
  if (body.type !== 'BlockStatement') return evaluate(body, scope, depth + 1)
  const found = returnsOf(body, 0).map((each) => evaluate(each, scope, depth + 1))
  return (
    found.find((value) => value?.kind === 'decoded') ?? found.find((value) => value !== undefined)
  )
}

function returnsOf(node: Node, depth: number): readonly Node[] {
  if (depth > maxDepth) return []
  if (node.type === 'ReturnStatement') {
    const argument = child(node, 'argument')
    return argument === undefined ? [] : [argument]
  }
  return Object.values(node).flatMap((value) =>
    (Array.isArray(value) ? value : [value]).flatMap((each: unknown) =>
      isNode(each) && !isFunction(each) ? returnsOf(each, depth + 1) : [],
    ),
  )
}

/** Methods of texts and lists that put a text together. */
function ofText(
  callee: Node | undefined,
  { first, scope, depth }: { first: Value | undefined; scope: Scope; depth: number },
): Value | undefined {
  if (callee?.type !== 'MemberExpression') return undefined
  const object = child(callee, 'object')
  const method = propertyName(callee, scope, depth)
  if (object === undefined || method === undefined) return undefined
  if (method === 'join' && object.type === 'ArrayExpression') {
    const between = first?.kind === 'text' ? first.text : ','
    const parts = children(object, 'elements').map((each) => evaluate(each, scope, depth + 1))
    return concatenated(
      parts.flatMap((part, at): (Value | undefined)[] =>
        at === 0 ? [part] : [{ kind: 'text', text: between }, part],
      ),
    )
  }
  // numbers.map((n) => String.fromCharCode(n)).join('')
  if (method === 'join' || method === 'map' || method === 'reduce') {
    if (first?.kind === 'function') return returned(first, depth)
    if (first?.kind === 'global' && decoders.has(first.path.join('.'))) return { kind: 'decoded' }
    return evaluate(object, scope, depth + 1)
  }
  if (method === 'concat') return concatenated([evaluate(object, scope, depth + 1), first])
  if (method === 'reverse' && holdsText(object)) return { kind: 'decoded' }
  return undefined
}

// 'tpircs'.split('').reverse()
function holdsText(node: Node): boolean {
  const callee = child(node, 'callee')
  return callee?.type === 'MemberExpression' && child(callee, 'object')?.type === 'Literal'
}
