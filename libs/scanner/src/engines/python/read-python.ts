import { decodesInShell } from '../shell-decoding.ts'
import type { EngineResult, SourceFact } from '../source-use.ts'
import { capabilityOf, capabilityOfModule } from './capabilities.ts'
import { expressionsOf, placeStatements, type Placed, type Scope, type Source } from './scopes.ts'
import { statementsOf, type Statement } from './statements.ts'
import { PythonSyntaxError, readTrees } from './tree-reader.ts'
import { isWord, type GroupTree, type Tree } from './trees.ts'
import { argumentsOf, insidesOf, Values, type Argument, type Step } from './values.ts'

/** Reads a file of Python: what it reaches for, and what it hides. */
export function readPython(source: string): EngineResult {
  try {
    const placed = placeStatements(statementsOf(readTrees(source)))
    return { ok: true, facts: factsOf(placed) }
  } catch (error) {
    if (error instanceof PythonSyntaxError) return { ok: false, why: error.message, at: error.at }
    if (error instanceof RangeError) return { ok: false, why: 'it is nested too deeply', at: 0 }
    throw error
  }
}

const maxRounds = 4

/** Names that get each other's values may show that they are hidden only after they were looked at. */
function factsOf(placed: readonly Placed[]): readonly SourceFact[] {
  let hidden: ReadonlySet<readonly Source[]> = new Set()
  for (let round = 1; ; round++) {
    const values = new Values(hidden)
    const reader = new PythonReader(values)
    const facts = placed.flatMap((each) => [...reader.factsOf(each)])
    const known = values.hiddenNames()
    if (known.size === hidden.size || round === maxRounds) return facts
    hidden = known
  }
}

class PythonReader {
  readonly #values: Values

  constructor(values: Values) {
    this.#values = values
  }

  *factsOf({ statement, scope }: Placed): Generator<SourceFact> {
    if (statement.kind === 'import') yield* importFacts(statement)
    for (const trees of expressionsOf(statement)) yield* this.#expression(trees, scope)
    if (statement.kind !== 'expression' || !isWord(statement.value[0], 'exec')) return
    // exec "code" in namespace: a statement in Python 2
    const [exec, code] = statement.value
    if (code?.kind !== 'group' && this.#values.holdsDecoded(statement.value.slice(1), scope))
      yield breach('decode-and-run', 'exec', exec?.at ?? 0)
  }

  *#expression(trees: readonly Tree[], scope: Scope): Generator<SourceFact> {
    for (let at = 0; at < trees.length;) {
      const { steps, end } = this.#values.chainAt(trees, at, scope)
      yield* this.#chain(steps, scope)
      for (const tree of trees.slice(at, end))
        for (const inside of insidesOf(tree)) yield* this.#expression(inside, scope)
      at = end
    }
  }

  *#chain(steps: readonly Step[], scope: Scope): Generator<SourceFact> {
    for (const { value, at, call } of steps) {
      if (value?.kind !== 'member') continue
      const given = call === undefined ? [] : argumentsOf(call)
      const capability = capabilityOf(value.path)
      if (capability !== undefined && !takesDescriptor(value.path, given))
        yield { kind: 'use', capability, what: withoutBuiltins(value.path), at }
      if (call !== undefined) yield* this.#callFacts(value.path, { at, call, given, scope })
    }
  }

  *#callFacts(
    path: string,
    call: {
      readonly at: number
      readonly call: GroupTree
      readonly given: readonly Argument[]
      readonly scope: Scope
    },
  ): Generator<SourceFact> {
    const { at, given, scope } = call
    const what = withoutBuiltins(path)
    const [first, second] = given
    const isHidden = (argument: Argument | undefined): boolean =>
      argument !== undefined && this.#values.holdsDecoded(argument.value, scope)
    if (importers.has(path)) {
      const name = first === undefined ? undefined : this.#values.of(first.value, scope)
      if (name?.kind === 'text') yield* moduleFacts(name.text, at)
      else if (isHidden(first)) yield breach('decode-and-run', what, at)
      else yield breach('dynamic-import', what, at)
    } else if (path === 'builtins.getattr') {
      const owner = first === undefined ? undefined : this.#values.of(first.value, scope)
      if (owner?.kind === 'member' && !owner.path.startsWith('builtins.') && isHidden(second))
        yield breach('decode-and-run', 'a function with a decoded name', at)
    } else if (runners.test(path)) {
      if (isHidden(first)) yield breach('decode-and-run', what, at)
    } else if (
      starters.test(path) &&
      given.some((each) => saysWhat(each) && (isHidden(each) || saysDecoding(each.value)))
    )
      yield breach('decode-and-start', what, at)
  }
}

const importers = new Set([
  'builtins.__import__',
  'importlib.import_module',
  'importlib.__import__',
])
const runners =
  /^(?:builtins\.(?:exec|eval|compile|execfile)|types\.(?:FunctionType|CodeType)|marshal\.loads|code\.InteractiveInterpreter\(\)\.\w+)$/
const starters =
  /^(?:(?:os|posix|nt)\.(?:system|popen\d?|startfile|posix_spawnp?|spawn\w+|exec[lv]\w*)|subprocess\.\w+|pty\.spawn|asyncio\.create_subprocess_\w+)$/

/** Whether an argument says what is started; others hold what the program reads. */
function saysWhat({ name }: Argument): boolean {
  return name === undefined || name === 'args' || name === 'executable'
}

/** Whether a command, or one of its arguments, is text that has the shell decode and run something. */
function saysDecoding(trees: readonly Tree[]): boolean {
  return trees.some((tree) =>
    tree.kind === 'text'
      ? decodesInShell(tree.value)
      : tree.kind === 'group' && saysDecoding(tree.trees),
  )
}

/** What is open already was given by the host: no file or connection is reached for. */
function takesDescriptor(path: string, given: readonly Argument[]): boolean {
  if (path === 'socket.socket') return given.some(({ name }) => name === 'fileno')
  return path === 'builtins.open' && given[0]?.value[0]?.kind === 'number'
}

function* importFacts(statement: Extract<Statement, { kind: 'import' }>): Generator<SourceFact> {
  const { module, member, at } = statement
  const whole = member === undefined ? module : `${module}.${member}`
  const capability = capabilityOfModule(module) ?? capabilityOf(whole)
  if (capability !== undefined) yield { kind: 'use', capability, what: whole, at }
}

function* moduleFacts(module: string, at: number): Generator<SourceFact> {
  const capability = capabilityOfModule(module)
  if (capability !== undefined) yield { kind: 'use', capability, what: module, at }
}

function withoutBuiltins(path: string): string {
  return path.replace(/^builtins\./, '')
}

function breach(
  rule: Extract<SourceFact, { kind: 'breach' }>['rule'],
  what: string,
  at: number,
): SourceFact {
  return { kind: 'breach', rule, what, at }
}
