import { decodedByGlobal, decodedByModule, isDecoder, type DecoderCall } from './decoders.ts'
import { Definitions } from './definitions.ts'
import { child, children, childrenOf, isFunction, text, unwrapped, type Node } from './nodes.ts'
import type { Binding, BindingSource, Scopes } from './scopes.ts'
import { cooked, cut, literal, operands, replaced } from './texts.ts'
import { decoded, gravest, joined, memberOf, textValue, type Value } from './value.ts'

// Each level takes a few frames of the stack; code that needs more has been made so.
const maxDepth = 600
// Functions of large programs lead through each other without an end; what is this far off is not told.
const maxCalls = 40

/** Tells what the expressions of one program may come to. Each is looked at once. */
export class Values {
  readonly #scopes: Scopes
  readonly #definitions: Definitions
  readonly #known = new Map<Node, Value | undefined>()
  readonly #bindings = new Map<Binding, Value | undefined>()
  readonly #harmless = new Set<Node>()
  #depth = 0
  #calls = 0

  /** @param hidden names that hold decoded text, as far as that is known before */
  constructor(scopes: Scopes, hidden: ReadonlySet<Binding> = new Set()) {
    this.#scopes = scopes
    this.#definitions = new Definitions(scopes)
    for (const binding of hidden) this.#bindings.set(binding, decoded)
  }

  /** Names that hold decoded text. */
  hiddenNames(): ReadonlySet<Binding> {
    return new Set(
      [...this.#bindings].flatMap(([binding, value]) => (value === decoded ? [binding] : [])),
    )
  }

  /**
   * What an expression may come to; undefined when that is not known.
   *
   * @throws RangeError for one that leads through hundreds of others
   */
  of(node: Node | undefined): Value | undefined {
    if (node === undefined) return undefined
    if (this.#known.has(node)) return this.#known.get(node)
    if (this.#depth >= maxDepth) throw new RangeError('it is nested too deeply')
    // What is asked for on the way to itself is not known yet.
    this.#known.set(node, undefined)
    this.#depth++
    try {
      const value = this.#evaluate(unwrapped(node))
      this.#known.set(node, value)
      return value
    } finally {
      this.#depth--
    }
  }

  /** Whether some part of an expression is decoded text. */
  holdsDecoded(node: Node | undefined): boolean {
    const open = node === undefined ? [] : [node]
    const seen: Node[] = []
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.#harmless.has(next)) continue
      if (this.of(next)?.kind === 'decoded') return true
      seen.push(next)
      // One by one: a list of code may be longer than a call's arguments may be.
      if (!isFunction(next)) for (const each of childrenOf(next)) open.push(each)
    }
    for (const each of seen) this.#harmless.add(each)
    return false
  }

  /** The name of a member, when it is known. */
  propertyName(node: Node): string | undefined {
    const property = child(node, 'property')
    if (property === undefined) return undefined
    if (node['computed'] !== true) return text(property, 'name')
    const value = this.of(property)
    return value?.kind === 'text' ? value.text : undefined
  }

  /** The text that an expression begins with, as far as it is known. */
  beginning(node: Node): string {
    const inner = unwrapped(node)
    const value = this.of(inner)
    if (value?.kind === 'text') return value.text
    if (inner.type === 'TemplateLiteral') return cooked(children(inner, 'quasis')[0] ?? inner)
    const [first] = inner.type === 'BinaryExpression' ? operands(inner) : []
    const start = first === undefined || first === inner ? undefined : this.of(first)
    return start?.kind === 'text' ? start.text : ''
  }

  /** Whether a member is named by decoded text. */
  isNameHidden(node: Node): boolean {
    return node['computed'] === true && this.of(child(node, 'property'))?.kind === 'decoded'
  }

  #evaluate(node: Node): Value | undefined {
    switch (node.type) {
      case 'Literal':
        return literal(node)
      case 'TemplateLiteral':
        return this.#template(node)
      case 'TaggedTemplateExpression':
        return this.#template(child(node, 'quasi') ?? node)
      case 'BinaryExpression':
        return node['operator'] === '+'
          ? joined(operands(node).map((each) => this.of(each)))
          : undefined
      case 'Identifier':
        return this.#named(node)
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'FunctionDeclaration':
        return { kind: 'function' }
      case 'MemberExpression':
        return this.#member(node)
      case 'CallExpression':
      case 'NewExpression':
        return this.#called(node)
      case 'ImportExpression':
        return imported(this.of(child(node, 'source')))
      case 'AssignmentExpression':
        return this.of(child(node, 'right'))
      case 'SequenceExpression':
        return this.of(children(node, 'expressions').at(-1))
      case 'ConditionalExpression':
        return gravest([this.of(child(node, 'consequent')), this.of(child(node, 'alternate'))])
      case 'LogicalExpression':
        return gravest([this.of(child(node, 'left')), this.of(child(node, 'right'))])
      default:
        return undefined
    }
  }

  #template(node: Node): Value | undefined {
    const expressions = children(node, 'expressions')
    return joined(
      children(node, 'quasis').flatMap((quasi, at) => {
        const part = textValue(cooked(quasi))
        const expression = expressions[at]
        return expression === undefined ? [part] : [part, this.of(expression)]
      }),
    )
  }

  #named(node: Node): Value | undefined {
    const name = text(node, 'name') ?? ''
    const binding = this.#scopes.of(node)?.find(name)
    return binding === undefined ? { kind: 'global', path: [name] } : this.#bound(binding)
  }

  /** What a name may stand for: worked out once, since a name may get thousands of values and be read as often. */
  #bound(binding: Binding): Value | undefined {
    if (this.#bindings.has(binding)) return this.#bindings.get(binding)
    this.#bindings.set(binding, undefined)
    const value = gravest(binding.sources.map((source) => this.#source(source)))
    this.#bindings.set(binding, value?.kind === 'decoded' ? decoded : value)
    return value
  }

  #source(source: BindingSource): Value | undefined {
    const whole: Value | undefined =
      source.kind === 'module'
        ? { kind: 'module', module: source.module, path: [] }
        : this.of(source.node)
    return source.path.reduce(memberOf, whole)
  }

  #member(node: Node): Value | undefined {
    const name = this.propertyName(node)
    const object = child(node, 'object')
    // ''['constructor']['constructor'] is Function, whatever it begins with.
    if (name === 'constructor' && object?.type === 'MemberExpression')
      if (this.propertyName(object) === 'constructor' || this.#isMethodOfLiteral(object))
        return { kind: 'global', path: ['Function'] }
    if (name === 'value' && object?.type === 'CallExpression') {
      const described = this.#described(object)
      if (described !== undefined) return described
    }
    const held = this.#definitions.literalOf(object)
    if (held?.type === 'ArrayExpression' && node['computed'] === true)
      return this.#element(held, child(node, 'property'))
    if (held?.type === 'ObjectExpression') return this.#field(held, name)
    const value = this.of(object)
    // Whatever is taken of decoded text is decoded text.
    return memberOf(value, value?.kind === 'decoded' ? (name ?? '') : name)
  }

  /** Whether a member with a name is taken of a text or list that is written there: those are methods. */
  #isMethodOfLiteral(member: Node): boolean {
    const object = child(member, 'object')
    const isLiteral = object !== undefined && literals.has(unwrapped(object).type)
    return isLiteral && this.propertyName(member) !== undefined
  }

  // Object.getOwnPropertyDescriptor(globalThis, 'fetch').value
  #described(call: Node): Value | undefined {
    const callee = this.of(child(call, 'callee'))
    const name = callee?.kind === 'global' ? callee.path.join('.') : ''
    return describers.has(name) ? this.#memberGiven(call) : undefined
  }

  /** The member that a call is given by an object and a name. */
  #memberGiven(call: Node): Value | undefined {
    const [object, name] = children(call, 'arguments')
    const member = this.of(name)
    return memberOf(this.of(object), member?.kind === 'text' ? member.text : undefined)
  }

  #field(object: Node, name: string | undefined): Value | undefined {
    const field = children(object, 'properties').findLast((property) => {
      const key = property['computed'] === true ? undefined : child(property, 'key')
      return name !== undefined && (key?.['name'] ?? key?.['value']) === name
    })
    return this.of(field === undefined ? undefined : child(field, 'value'))
  }

  #element(list: Node, at: Node | undefined): Value | undefined {
    const index = at?.['value']
    if (typeof index === 'number') return this.of(children(list, 'elements')[index])
    return this.holdsDecoded(list) ? decoded : undefined
  }

  #called(node: Node): Value | undefined {
    const callee = child(node, 'callee')
    const value = this.of(callee)
    switch (value?.kind) {
      case 'decoded':
        return value
      case 'global':
        return this.#globalCall(value.path, node) ?? this.#method(callee, node)
      case 'module':
        return this.#moduleCall(value, node) ?? this.#method(callee, node)
      case 'function':
        return this.#returned(callee)
      case 'text':
      case undefined:
        return this.#method(callee, node)
      default:
        return undefined
    }
  }

  #globalCall(path: readonly string[], node: Node): Value | undefined {
    const name = path.join('.')
    const [first] = children(node, 'arguments')
    if (moduleLoaders.has(name)) return imported(this.of(first))
    if (name === 'Object.getPrototypeOf' || name === 'Reflect.getPrototypeOf') return this.of(first)
    if (name === 'Reflect.get') return this.#memberGiven(node)
    if (path.at(-1) === 'bind') return { kind: 'global', path: path.slice(0, -1) }
    if (name === 'TextDecoder') return { kind: 'global', path: ['TextDecoder()'] }
    return decodedByGlobal(path, this.#decoderCall(node))
  }

  #moduleCall(value: Extract<Value, { kind: 'module' }>, node: Node): Value | undefined {
    const module = value.module.replace(/^node:/, '')
    const last = value.path.at(-1) ?? ''
    if (module === 'module' && last === 'createRequire')
      return { kind: 'global', path: ['require'] }
    if (module === 'module' && last === '_load')
      return imported(this.of(children(node, 'arguments')[0]))
    if (module === 'util' && last === 'promisify') return this.of(children(node, 'arguments')[0])
    if (module === 'util' && last === 'TextDecoder')
      return { kind: 'global', path: ['TextDecoder()'] }
    return decodedByModule(module, value.path, this.#decoderCall(node))
  }

  #decoderCall(node: Node): DecoderCall {
    const given = children(node, 'arguments')
    const [first] = given
    const numbers = given.map((each) => each['value']).filter((each) => typeof each === 'number')
    return {
      values: given
        .slice(0, 4)
        .map((each) =>
          each.type === 'ArrayExpression' && this.holdsDecoded(each) ? decoded : this.of(each),
        ),
      numbers: numbers.length === given.length ? numbers : undefined,
      isNumberList:
        first?.type === 'ArrayExpression' &&
        children(first, 'elements').length > 3 &&
        children(first, 'elements').every((each) => typeof each['value'] === 'number'),
    }
  }

  /** What a function of this file gives back. */
  #returned(callee: Node | undefined): Value | undefined {
    const found = callee === undefined ? undefined : this.#definitions.functionOf(unwrapped(callee))
    if (found === undefined || this.#calls >= maxCalls) return undefined
    this.#calls++
    try {
      return gravest(this.#definitions.returnsOf(found).map((each) => this.of(each)))
    } finally {
      this.#calls--
    }
  }

  /** Methods of texts and lists that put a text together. */
  #method(called: Node | undefined, node: Node): Value | undefined {
    const callee = called === undefined ? undefined : unwrapped(called)
    if (callee?.type !== 'MemberExpression') return undefined
    const object = child(callee, 'object')
    const [given] = children(node, 'arguments')
    const first = this.of(given)
    switch (this.propertyName(callee) ?? '') {
      case 'join':
        return this.#joinedList(object, first?.kind === 'text' ? first.text : ',')
      // numbers.map((n) => String.fromCharCode(n))
      case 'map':
      case 'flatMap':
      case 'reduce':
        if (first?.kind === 'function') return this.#returned(given)
        return first?.kind === 'global' && isDecoder(first.path) ? decoded : this.of(object)
      case 'replace':
      case 'replaceAll': {
        const by = children(node, 'arguments')[1]
        if (by !== undefined && isFunction(by)) return this.#returned(by)
        return replaced(this.of(object), first, this.of(by))
      }
      case 'slice':
      case 'substring':
        return cut(this.of(object), children(node, 'arguments'))
      case 'concat':
        return joined([
          this.of(object),
          ...children(node, 'arguments').map((each) => this.of(each)),
        ])
      // 'lave'.split('').reverse()
      case 'reverse':
      case 'toReversed':
        return this.#isSplitText(object) ? decoded : this.of(object)
      case 'toString':
      case 'trim':
        return this.of(object)
      default:
        return undefined
    }
  }

  #joinedList(node: Node | undefined, between: string): Value | undefined {
    const list = this.#definitions.literalOf(node)
    if (list?.type !== 'ArrayExpression') return this.of(node)
    return joined(
      children(list, 'elements').map((each) => this.of(each)),
      between,
    )
  }

  #isSplitText(node: Node | undefined): boolean {
    const callee = node?.type === 'CallExpression' ? child(node, 'callee') : undefined
    if (callee?.type === 'MemberExpression' && this.propertyName(callee) === 'split')
      return this.of(child(callee, 'object'))?.kind === 'text'
    const [element] = node?.type === 'ArrayExpression' ? children(node, 'elements') : []
    return element?.type === 'SpreadElement' && this.of(child(element, 'argument'))?.kind === 'text'
  }
}

/** Globals that load a module by its name. */
export const moduleLoaders: ReadonlySet<string> = new Set([
  'require',
  'module.require',
  'process.mainModule.require',
  'require.main.require',
  'process.getBuiltinModule',
  'module.constructor._load',
  'process.mainModule.constructor._load',
])

const describers = new Set(['Object.getOwnPropertyDescriptor', 'Reflect.getOwnPropertyDescriptor'])

const literals = new Set(['ArrayExpression', 'Literal', 'TemplateLiteral'])

function imported(name: Value | undefined): Value | undefined {
  return name?.kind === 'text' ? { kind: 'module', module: name.text, path: [] } : undefined
}
