import type { LogicalLine } from './tree-reader.ts'
import { isOperator, isWord, splitAt, splitCommas, type Tree } from './trees.ts'

/** A statement of Python, as far as names and values go. */
export type Statement =
  /** `import a.b as c` is module `a.b` with name `c`; `from a import b` is module `a`, member `b`; a name `*` is all. */
  | {
      readonly kind: 'import'
      readonly module: string
      readonly member: string | undefined
      readonly name: string
      readonly at: number
      readonly indent: number
    }
  | {
      readonly kind: 'function'
      readonly name: string
      readonly parameters: readonly string[]
      readonly defaults: readonly (readonly Tree[])[]
      readonly indent: number
    }
  | {
      readonly kind: 'assign'
      readonly names: readonly string[]
      /** Targets, for what they hold themselves. */
      readonly targets: readonly (readonly Tree[])[]
      readonly value: readonly Tree[]
      readonly indent: number
    }
  | { readonly kind: 'return'; readonly value: readonly Tree[]; readonly indent: number }
  | { readonly kind: 'expression'; readonly value: readonly Tree[]; readonly indent: number }

const compound = [
  'if',
  'elif',
  'else',
  'for',
  'while',
  'try',
  'except',
  'finally',
  'with',
  'class',
  'def',
  'async',
  'match',
  'case',
]

/** Splits lines into statements; what stands behind the colon of a compound one is a statement within it. */
export function* statementsOf(lines: readonly LogicalLine[]): Generator<Statement> {
  for (const { indent, trees } of lines)
    for (const part of splitAt(trees, (tree) => isOperator(tree, ';')))
      yield* statementsIn(part, indent)
}

function* statementsIn(trees: readonly Tree[], indent: number): Generator<Statement> {
  const [first] = trees
  if (first === undefined) return
  if (isWord(first, 'import')) yield* imports(trees, first.at, indent)
  else if (isWord(first, 'from')) yield* importsFrom(trees, first.at, indent)
  else if (isWord(first, 'return', 'yield')) yield { kind: 'return', value: trees.slice(1), indent }
  else if (isWord(first, ...compound) && colonIn(trees) !== -1) {
    const colon = colonIn(trees)
    yield header(trees.slice(0, colon), indent)
    yield* statementsIn(trees.slice(colon + 1), indent + 1)
  } else yield simple(trees, indent)
}

/** The colon that ends a compound statement's head; a lambda has one of its own. */
function colonIn(trees: readonly Tree[]): number {
  let lambdas = 0
  for (const [at, tree] of trees.entries()) {
    if (isWord(tree, 'lambda')) lambdas++
    else if (isOperator(tree, ':') && lambdas-- === 0) return at
  }
  return -1
}

function* imports(trees: readonly Tree[], at: number, indent: number): Generator<Statement> {
  for (const part of splitCommas(trees.slice(1))) {
    const { path, name } = aliased(part)
    // import a.b makes a known, and a.b through it.
    const bound = name ?? path.split('.')[0] ?? path
    yield { kind: 'import', module: path, member: undefined, name: bound, at, indent }
  }
}

function* importsFrom(trees: readonly Tree[], at: number, indent: number): Generator<Statement> {
  const middle = trees.findIndex((tree) => isWord(tree, 'import'))
  if (middle === -1) return
  const module = dotted(trees.slice(1, middle))
  const rest = trees.slice(middle + 1)
  const [group] = rest
  const list = group?.kind === 'group' ? group.trees : rest
  for (const part of splitCommas(list)) {
    const { path, name } = aliased(part)
    const member = isOperator(part[0], '*') ? '*' : path
    yield { kind: 'import', module, member, name: name ?? member, at, indent }
  }
}

function aliased(part: readonly Tree[]): { path: string; name: string | undefined } {
  const as = part.findIndex((tree) => isWord(tree, 'as'))
  const alias = as === -1 ? undefined : part[as + 1]
  return {
    path: dotted(as === -1 ? part : part.slice(0, as)),
    name: alias?.kind === 'name' ? alias.text : undefined,
  }
}

function dotted(trees: readonly Tree[]): string {
  return trees
    .map((tree) => (tree.kind === 'name' || tree.kind === 'operator' ? tree.text : ''))
    .join('')
}

function header(trees: readonly Tree[], indent: number): Statement {
  const head = isWord(trees[0], 'async') ? trees.slice(1) : trees
  const [first, second] = head
  if (isWord(first, 'def') && second?.kind === 'name') {
    const group = head.find((tree) => tree.kind === 'group' && tree.open === '(')
    const parameters = group?.kind === 'group' ? splitCommas(group.trees) : []
    return {
      kind: 'function',
      name: second.text,
      parameters: parameters.map((each) => (each[0]?.kind === 'name' ? each[0].text : '')),
      defaults: parameters.flatMap((each) => {
        const equals = each.findIndex((tree) => isOperator(tree, '='))
        return equals === -1 ? [] : [each.slice(equals + 1)]
      }),
      indent,
    }
  }
  if (isWord(first, 'for')) {
    const among = head.findIndex((tree) => isWord(tree, 'in'))
    if (among !== -1) return assigned([head.slice(1, among)], head.slice(among + 1), indent)
  }
  if (isWord(first, 'with')) {
    const as = head.findIndex((tree) => isWord(tree, 'as'))
    if (as !== -1) return assigned([head.slice(as + 1)], head.slice(1, as), indent)
  }
  // class Name(base) and except Error as name hold expressions, and no value that matters.
  return { kind: 'expression', value: head.slice(1), indent }
}

const augmented = ['+=', '-=', '*=', '/=', '//=', '%=', '@=', '&=', '|=', '^=', '>>=', '<<=', '**=']

function simple(trees: readonly Tree[], indent: number): Statement {
  const operator = trees.findIndex((tree) => isOperator(tree, ...augmented))
  if (operator !== -1)
    return assigned([trees.slice(0, operator)], trees.slice(operator + 1), indent)
  const parts = splitAt(trees, (tree) => isOperator(tree, '='))
  const value = parts.at(-1) ?? []
  const targets = parts.slice(0, -1).map(withoutAnnotation)
  if (targets.length > 0) return assigned(targets, value, indent)
  // name: type, and keywords before an expression
  const start = isWord(trees[0], 'await', 'raise', 'assert', 'del', 'global', 'nonlocal') ? 1 : 0
  return { kind: 'expression', value: withoutAnnotation(trees.slice(start)), indent }
}

function withoutAnnotation(target: readonly Tree[]): readonly Tree[] {
  const colon = colonIn(target)
  return colon === -1 ? target : target.slice(0, colon)
}

function assigned(
  targets: readonly (readonly Tree[])[],
  value: readonly Tree[],
  indent: number,
): Statement {
  return { kind: 'assign', names: targets.flatMap(namesIn), targets, value, indent }
}

/** Names that a target binds: `a`, `a, b`, `(a, b)`, `[a, *b]`. */
function namesIn(target: readonly Tree[]): readonly string[] {
  return splitCommas(target).flatMap((part) => {
    const bare = isOperator(part[0], '*') ? part.slice(1) : part
    const [only, more] = bare
    if (more !== undefined || only === undefined) return []
    if (only.kind === 'name') return [only.text]
    return only.kind === 'group' ? namesIn(only.trees) : []
  })
}
