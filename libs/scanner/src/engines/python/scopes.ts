import { isOperator, splitCommas, type Tree } from './trees.ts'
import type { Statement } from './statements.ts'

/** What a name gets: an expression, something imported, or a function. */
export type Source =
  | { readonly kind: 'value'; readonly trees: readonly Tree[]; readonly scope: Scope }
  | { readonly kind: 'member'; readonly path: string }
  | { readonly kind: 'function'; readonly definition: Definition }

/** A function of a file. */
export interface Definition {
  readonly parameters: readonly string[]
  readonly scope: Scope
  readonly returns: (readonly Tree[])[]
}

/** Names of a module or a function. */
export class Scope {
  readonly parent: Scope | undefined
  readonly #names = new Map<string, Source[]>()

  constructor(parent?: Scope) {
    this.parent = parent
  }

  /** Makes a name known, with what it gets where that is known. */
  declare(name: string, source?: Source): void {
    const sources = this.#names.get(name) ?? []
    this.#names.set(name, sources)
    if (source !== undefined) sources.push(source)
  }

  /** All that a name gets, as seen from here; undefined when it is bound nowhere. */
  find(name: string): readonly Source[] | undefined {
    return this.#names.get(name) ?? this.parent?.find(name)
  }
}

/** A statement, and the scope that its names are looked up in. */
export interface Placed {
  readonly statement: Statement
  readonly scope: Scope
}

/** Finds the scope of each statement, and all that is assigned to each name. */
export function placeStatements(statements: Iterable<Statement>): readonly Placed[] {
  const root = new Scope()
  const placed: Placed[] = []
  const open: { readonly indent: number; readonly definition: Definition }[] = []
  for (const statement of statements) {
    while ((open.at(-1)?.indent ?? -1) >= statement.indent) open.pop()
    const around = open.at(-1)?.definition
    const scope = around?.scope ?? root
    placed.push({ statement, scope })
    if (statement.kind === 'function') {
      const definition = define(statement, scope)
      open.push({ indent: statement.indent, definition })
    } else if (statement.kind === 'return') around?.returns.push(statement.value)
    else bind(statement, scope)
    for (const trees of expressionsOf(statement)) bindInside(trees, scope)
  }
  return placed
}

/** The expressions of a statement. */
export function expressionsOf(statement: Statement): readonly (readonly Tree[])[] {
  switch (statement.kind) {
    case 'import':
      return []
    case 'function':
      return statement.defaults
    case 'assign':
      return [...statement.targets, statement.value]
    case 'return':
    case 'expression':
      return [statement.value]
    default:
      return []
  }
}

function define(statement: Extract<Statement, { kind: 'function' }>, scope: Scope): Definition {
  const definition: Definition = {
    parameters: statement.parameters,
    scope: new Scope(scope),
    returns: [],
  }
  for (const name of statement.parameters) definition.scope.declare(name)
  scope.declare(statement.name, { kind: 'function', definition })
  return definition
}

function bind(statement: Statement, scope: Scope): void {
  if (statement.kind === 'import') {
    const { module, member, name } = statement
    const whole = member === undefined ? module : `${module}.${member}`
    // import a.b binds a alone
    const path = member === undefined && name === module.split('.')[0] ? name : whole
    if (name !== '*') scope.declare(name, { kind: 'member', path })
  } else if (statement.kind === 'assign')
    for (const name of statement.names)
      scope.declare(name, { kind: 'value', trees: statement.value, scope })
}

// (name := value)
function bindInside(trees: readonly Tree[], scope: Scope): void {
  for (const part of splitCommas(trees)) {
    const [first, second] = part
    if (first?.kind === 'name' && isOperator(second, ':='))
      scope.declare(first.text, { kind: 'value', trees: part.slice(2), scope })
  }
  for (const tree of trees) {
    if (tree.kind === 'group') bindInside(tree.trees, scope)
    else if (tree.kind === 'text') for (const field of tree.fields) bindInside(field, scope)
  }
}
