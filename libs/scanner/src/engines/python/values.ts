import { isCarrier, isDecoder, isHiding } from './decoders.ts'
import type { Definition, Scope, Source } from './scopes.ts'
import {
  isOperator,
  isWord,
  splitAt,
  splitCommas,
  type GroupTree,
  type TextTree,
  type Tree,
} from './trees.ts'
import { decoded, gravest, joined, memberOf, textValue, type Value } from './value.ts'

const maxDepth = 400
const maxCalls = 40

/** A step of an expression like `a.b(c)[d]`: the value so far, and the call that comes next. */
export interface Step {
  readonly value: Value | undefined
  /** Where the expression begins. */
  readonly at: number
  readonly call: GroupTree | undefined
}

/** An expression like `a.b(c)[d]`, read from its beginning. */
export interface Chain {
  readonly value: Value | undefined
  readonly steps: readonly Step[]
  /** Index behind its last tree. */
  readonly end: number
}

/** An argument of a call. */
export interface Argument {
  readonly name: string | undefined
  readonly value: readonly Tree[]
}

// Values are known by their trees, so that these have to be the same ones each time.
const argumentLists = new WeakMap<GroupTree, readonly Argument[]>()

/** The arguments of a call; of any brackets, what stands between the commas. */
export function argumentsOf(group: GroupTree): readonly Argument[] {
  const known = argumentLists.get(group)
  if (known !== undefined) return known
  const read = splitCommas(group.trees).map(argumentOf)
  argumentLists.set(group, read)
  return read
}

function argumentOf(part: readonly Tree[]): Argument {
  const [first, second] = part
  if (first?.kind === 'name' && isOperator(second, '='))
    return { name: first.text, value: part.slice(2) }
  return { name: undefined, value: isOperator(first, '*', '**') ? part.slice(1) : part }
}

/** Tells what the expressions of one file may come to. Each is looked at once. */
export class Values {
  readonly #known = new Map<readonly Tree[], Value | undefined>()
  readonly #bindings = new Map<readonly Source[], Value | undefined>()
  #depth = 0
  #calls = 0

  /** @param hidden names that hold decoded text, by their sources, as far as that is known before */
  constructor(hidden: ReadonlySet<readonly Source[]> = new Set()) {
    for (const sources of hidden) this.#bindings.set(sources, decoded)
  }

  /** Names that hold decoded text, by their sources. */
  hiddenNames(): ReadonlySet<readonly Source[]> {
    return new Set(
      [...this.#bindings].flatMap(([sources, value]) => (value === decoded ? [sources] : [])),
    )
  }

  /**
   * What an expression may come to; undefined when that is not known.
   *
   * @throws RangeError for one that leads through hundreds of others
   */
  of(trees: readonly Tree[], scope: Scope): Value | undefined {
    if (this.#known.has(trees)) return this.#known.get(trees)
    if (this.#depth >= maxDepth) throw new RangeError('it is nested too deeply')
    this.#known.set(trees, undefined)
    this.#depth++
    try {
      const value = this.#evaluate(trees, scope)
      this.#known.set(trees, value)
      return value
    } finally {
      this.#depth--
    }
  }

  /** Whether some part of an expression is decoded text. */
  holdsDecoded(trees: readonly Tree[], scope: Scope): boolean {
    if (this.of(trees, scope)?.kind === 'decoded') return true
    for (let at = 0; at < trees.length;) {
      const { steps, value, end } = this.chainAt(trees, at, scope)
      if (value?.kind === 'decoded') return true
      if (steps.some((step) => step.value?.kind === 'decoded')) return true
      for (const tree of trees.slice(at, end))
        if (insidesOf(tree).some((inside) => this.holdsDecoded(inside, scope))) return true
      at = end
    }
    return false
  }

  /** Reads the expression that begins at a tree. */
  chainAt(trees: readonly Tree[], start: number, scope: Scope): Chain {
    const first = trees[start]
    const steps: Step[] = []
    const at = first?.at ?? 0
    let end = start + 1
    let value: Value | undefined
    if (first?.kind === 'text') {
      const texts: TextTree[] = []
      for (let tree: Tree | undefined = first; tree?.kind === 'text'; tree = trees[++end - 1])
        texts.push(tree)
      end--
      value = joined(texts.map((each) => this.#text(each, scope)))
    } else if (first?.kind === 'name') value = this.#named(first.text, scope)
    else if (first?.kind === 'group') value = this.#group(first, scope)
    else return { value: undefined, steps, end }
    let receiver: Value | undefined
    let method = ''
    for (;;) {
      const [tree, next] = [trees[end], trees[end + 1]]
      const call = tree?.kind === 'group' && tree.open === '(' ? tree : undefined
      steps.push({ value, at, call })
      if (isOperator(tree, '.') && next?.kind === 'name') {
        receiver = value
        method = next.text
        value = memberOf(value, method)
        end += 2
      } else if (call !== undefined) {
        value = this.#call({ value, receiver, method, call, scope })
        receiver = undefined
        method = ''
        end++
      } else if (tree?.kind === 'group' && tree.open === '[') {
        value = this.#subscript(value, tree, scope)
        end++
      } else return { value, steps, end }
    }
  }

  #evaluate(trees: readonly Tree[], scope: Scope): Value | undefined {
    const [first] = trees
    if (first === undefined || isWord(first, 'lambda')) return undefined
    if (isWord(first, 'await')) return this.of(trees.slice(1), scope)
    const walrus = trees.findIndex((tree) => isOperator(tree, ':='))
    if (walrus !== -1) return this.of(trees.slice(walrus + 1), scope)
    const list = splitCommas(trees)
    const among = trees.findIndex((tree) => isWord(tree, 'for'))
    if (among !== -1) return this.of(trees.slice(0, among), scope)
    if (list.length > 1)
      return list.some((part) => this.of(part, scope)?.kind === 'decoded') ? decoded : undefined
    const choice = splitAt(trees, (tree) => isWord(tree, 'if', 'else', 'or', 'and'))
    if (choice.length > 1) return gravest(choice.map((part) => this.of(part, scope)))
    const sum = splitAt(trees, (tree) => isOperator(tree, '+'))
    if (sum.length > 1) return this.#joined(sum, scope)
    const operator = trees.findIndex((tree) => isOperator(tree, '%', '/'))
    if (operator !== -1) return this.#operated(trees, operator, scope)
    const { value, end } = this.chainAt(trees, 0, scope)
    return end === trees.length ? value : undefined
  }

  #operated(trees: readonly Tree[], operator: number, scope: Scope): Value | undefined {
    const left = this.of(trees.slice(0, operator), scope)
    if (left?.kind === 'decoded') return left
    // Path('a') / 'b'
    const isPath = left?.kind === 'member' && isOperator(trees[operator], '/')
    if (isPath && left.path === 'pathlib.Path()') return left
    const right = this.of(trees.slice(operator + 1), scope)
    return right?.kind === 'decoded' ? right : undefined
  }

  #joined(parts: readonly (readonly Tree[])[], scope: Scope, between = ''): Value | undefined {
    // A line break is often written as its number; a word is not.
    if (parts.filter(isCharacter).length > 3) return decoded
    return joined(
      parts.map((part) => this.of(part, scope)),
      between,
    )
  }

  #text(tree: TextTree, scope: Scope): Value | undefined {
    if (tree.isEscaped) return decoded
    if (tree.fields.length === 0) return textValue(tree.value)
    const isDecoded = tree.fields.some((field) => this.of(field, scope)?.kind === 'decoded')
    return isDecoded ? decoded : undefined
  }

  #group(group: GroupTree, scope: Scope): Value | undefined {
    const value = this.of(group.trees, scope)
    return group.open === '(' || value?.kind === 'decoded' ? value : undefined
  }

  #named(name: string, scope: Scope): Value | undefined {
    const sources = scope.find(name)
    if (sources === undefined)
      return { kind: 'member', path: name === '__builtins__' ? 'builtins' : `builtins.${name}` }
    return this.#bound(sources)
  }

  /** What a name may stand for: worked out once, since a name may get thousands of values and be read as often. */
  #bound(sources: readonly Source[]): Value | undefined {
    if (this.#bindings.has(sources)) return this.#bindings.get(sources)
    this.#bindings.set(sources, undefined)
    const value = gravest(sources.map((source) => this.#source(source)))
    this.#bindings.set(sources, value?.kind === 'decoded' ? decoded : value)
    return value
  }

  #source(source: Source): Value | undefined {
    switch (source.kind) {
      case 'member':
        return source
      case 'function':
        return source
      case 'value':
        return this.of(source.trees, source.scope)
      default:
        return undefined
    }
  }

  #subscript(value: Value | undefined, index: GroupTree, scope: Scope): Value | undefined {
    if (value?.kind === 'decoded') return value
    // 'cexe'[::-1]
    if (value?.kind === 'text')
      return index.trees.filter((tree) => isOperator(tree, ':')).length > 1 ? decoded : undefined
    if (value?.kind !== 'member') return undefined
    const key = this.of(index.trees, scope)
    if (key?.kind !== 'text') return undefined
    if (value.path === 'sys.modules') return { kind: 'member', path: key.text }
    if (value.path === 'builtins.globals()' || value.path === 'builtins.locals()')
      return this.#named(key.text, scope)
    if (value.path === 'builtins') return memberOf(value, key.text)
    const holder = /^(.*)\.__dict__$/.exec(value.path)?.[1]
    return holder === undefined ? undefined : { kind: 'member', path: `${holder}.${key.text}` }
  }

  #call(of: {
    readonly value: Value | undefined
    readonly receiver: Value | undefined
    readonly method: string
    readonly call: GroupTree
    readonly scope: Scope
  }): Value | undefined {
    const { value, call, scope } = of
    const given = argumentsOf(call)
    if (value?.kind === 'decoded') return value
    if (value?.kind === 'function') return this.#returned(value.definition)
    const known = value?.kind === 'member' ? this.#memberCall(value.path, given, scope) : undefined
    if (known !== undefined) return known
    const byMethod = this.#method(of.receiver, of.method, { given, scope })
    return (
      byMethod ??
      (value?.kind === 'member' ? { kind: 'member', path: `${value.path}()` } : undefined)
    )
  }

  #memberCall(path: string, given: readonly Argument[], scope: Scope): Value | undefined {
    const value = (at: number): Value | undefined => {
      const argument = given[at]
      return argument === undefined ? undefined : this.of(argument.value, scope)
    }
    switch (path) {
      case 'builtins.getattr': {
        const name = value(1)
        return name?.kind === 'text' ? memberOf(value(0), name.text) : undefined
      }
      case 'builtins.vars':
        return memberOf(value(0), '__dict__')
      case 'builtins.__import__':
      case 'importlib.__import__': {
        const name = value(0)
        return name?.kind === 'text'
          ? { kind: 'member', path: name.text.split('.')[0] ?? '' }
          : undefined
      }
      case 'importlib.import_module': {
        const name = value(0)
        return name?.kind === 'text' ? { kind: 'member', path: name.text } : undefined
      }
      case 'functools.partial':
        return value(0)
      case 'builtins.chr':
        return given[0]?.value[0]?.kind === 'number' ? undefined : decoded
      case 'builtins.map': {
        const by = value(0)
        if (by?.kind === 'function') return this.#returned(by.definition)
        return by?.kind === 'member' && by.path === 'builtins.chr' ? decoded : value(1)
      }
      case 'builtins.bytes':
      case 'builtins.bytearray':
        return isNumbers(given[0]?.value ?? []) ? decoded : carried(value(0))
      case 'codecs.decode': {
        const encoding = value(1)
        return encoding?.kind === 'text' && isHiding(encoding.text) ? decoded : carried(value(0))
      }
      case 'pathlib.Path':
      case 'pathlib.PosixPath':
      case 'pathlib.Path.home':
      case 'pathlib.Path.cwd':
        return { kind: 'member', path: 'pathlib.Path()' }
      default:
        if (isDecoder(path)) return decoded
        return isCarrier(path)
          ? carried(gravest(given.map((each) => this.of(each.value, scope))))
          : undefined
    }
  }

  #returned(definition: Definition): Value | undefined {
    if (this.#calls >= maxCalls) return undefined
    this.#calls++
    try {
      return gravest(definition.returns.map((each) => this.of(each, definition.scope)))
    } finally {
      this.#calls--
    }
  }

  /** Methods of texts, and ones whose name says enough. */
  #method(
    receiver: Value | undefined,
    method: string,
    { given, scope }: { readonly given: readonly Argument[]; readonly scope: Scope },
  ): Value | undefined {
    const values = given.map((each) => this.of(each.value, scope))
    const [first, second] = values
    switch (method) {
      // Fernet(key).decrypt(text)
      case 'decrypt':
        return decoded
      case 'decode':
        return first?.kind === 'text' && isHiding(first.text) ? decoded : receiver
      case 'join':
        return this.#joinedList(receiver, given[0]?.value ?? [], scope)
      case 'format':
        return carried(gravest(values))
      case 'replace':
        if (receiver?.kind === 'text' && first?.kind === 'text' && second?.kind === 'text')
          return textValue(receiver.text.replaceAll(first.text, second.text))
        return carried(gravest(values))
      case 'translate':
        return receiver?.kind === 'text' ? decoded : undefined
      case 'lower':
        return receiver?.kind === 'text' ? textValue(receiver.text.toLowerCase()) : undefined
      case 'encode':
      case 'strip':
        return receiver?.kind === 'text' ? receiver : undefined
      default:
        return undefined
    }
  }

  #joinedList(between: Value | undefined, list: readonly Tree[], scope: Scope): Value | undefined {
    const [only, more] = list
    const isList = only?.kind === 'group' && only.open !== '{' && more === undefined
    const trees = isList ? only.trees : list
    const isDrawn = trees.some((tree) => isWord(tree, 'for'))
    if (!isList || isDrawn) return carried(this.of(trees, scope))
    return this.#joined(splitCommas(trees), scope, between?.kind === 'text' ? between.text : '')
  }
}

/** What stands inside a tree, as expressions. */
export function insidesOf(tree: Tree): readonly (readonly Tree[])[] {
  if (tree.kind === 'text') return tree.fields
  if (tree.kind !== 'group') return []
  return argumentsOf(tree).map(({ value }) => value)
}

function carried(value: Value | undefined): Value | undefined {
  return value?.kind === 'decoded' ? value : undefined
}

/** chr(120), written as such. */
function isCharacter(part: readonly Tree[]): boolean {
  const [name, call] = part
  return isWord(name, 'chr') && call?.kind === 'group'
}

/** [101, 120, 101, 99], or numbers that are worked out. */
function isNumbers(trees: readonly Tree[]): boolean {
  if (trees.some((tree) => isWord(tree, 'for'))) return true
  const [list] = trees
  if (list?.kind !== 'group') return false
  return isNumbers(list.trees) || list.trees.filter(({ kind }) => kind === 'number').length > 3
}
