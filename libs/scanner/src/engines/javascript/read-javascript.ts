import { decodesInShell } from '../shell-decoding.ts'
import type { EngineResult, SourceFact } from '../source-use.ts'
import {
  bareName,
  capabilityOfGlobal,
  capabilityOfModule,
  mayNameCapability,
} from './capabilities.ts'
import { child, children, childrenOf, text, type Node } from './nodes.ts'
import { parse } from './parse.ts'
import { calledBy, runOf, type Run } from './runners.ts'
import { readScopes, type Binding, type Scopes } from './scopes.ts'
import { memberOf, type Value } from './value.ts'
import { moduleLoaders, Values } from './values.ts'

/**
 * Reads a file of JavaScript or TypeScript: what it reaches for, and what it hides.
 *
 * @param file its name, whose ending tells the language
 */
export function readJavascript(file: string, source: string): EngineResult {
  const parsed = parse(file, source)
  if (!parsed.ok) return parsed
  try {
    return { ok: true, facts: once(factsOf(readScopes(parsed.program))) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { ok: false, why: 'it is nested too deeply', at: 0 }
  }
}

const maxRounds = 4

/** Names that get each other's values may show that they are hidden only after they were looked at. */
function factsOf(scopes: Scopes): readonly SourceFact[] {
  let hidden: ReadonlySet<Binding> = new Set()
  for (let round = 1; ; round++) {
    const values = new Values(scopes, hidden)
    const reader = new JavascriptReader(values)
    const facts = scopes.nodes.flatMap((node) => [...reader.factsOf(node)])
    const known = values.hiddenNames()
    if (known.size === hidden.size || round === maxRounds) return facts
    hidden = known
  }
}

class JavascriptReader {
  readonly #values: Values

  constructor(values: Values) {
    this.#values = values
  }

  *factsOf(node: Node): Generator<SourceFact> {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        if (!isTypeOnly(node)) yield* moduleFacts(child(node, 'source')?.['value'], node.start)
        return
      case 'TSImportEqualsDeclaration': {
        const source = child(child(node, 'moduleReference') ?? node, 'expression')
        if (!isTypeOnly(node)) yield* moduleFacts(source?.['value'], node.start)
        return
      }
      case 'ImportExpression':
        yield* this.#loading('import()', child(node, 'source'), node.start)
        return
      case 'CallExpression':
      case 'NewExpression':
        yield* this.#callFacts(node)
        return
      case 'MemberExpression': {
        const name = this.#values.propertyName(node)
        // The value of a property's descriptor is the property.
        if (name !== undefined && (mayNameCapability(name) || name === 'value'))
          yield* globalFacts(this.#values.of(node), node)
        return
      }
      case 'Identifier':
        if (mayNameCapability(text(node, 'name') ?? ''))
          yield* globalFacts(this.#values.of(node), node)
        return
      case 'VariableDeclarator':
        yield* this.#patternFacts(node)
        return
      default:
    }
  }

  // const { fetch: get } = globalThis
  *#patternFacts(node: Node): Generator<SourceFact> {
    const id = child(node, 'id')
    if (id?.type !== 'ObjectPattern') return
    const whole = this.#values.of(child(node, 'init'))
    if (whole?.kind !== 'global') return
    for (const property of children(id, 'properties')) {
      const name = this.#keyName(property)
      if (name !== undefined) yield* globalFacts(memberOf(whole, name), property)
    }
  }

  #keyName(property: Node): string | undefined {
    const key = child(property, 'key')
    if (key === undefined) return undefined
    if (property['computed'] !== true && key.type === 'Identifier') return text(key, 'name')
    const value = this.#values.of(key)
    return value?.kind === 'text' ? value.text : undefined
  }

  *#callFacts(node: Node): Generator<SourceFact> {
    const called = calledBy(node, this.#values)
    const loader = loaderOf(called.value)
    if (loader !== undefined) yield* this.#loading(loader, called.given[0], node.start)
    const run = runOf(called)
    if (run?.code.some((each) => this.#isHidden(each, run.rule)) === true)
      yield breach(run.rule, run.what, node.start)
    const callee = child(node, 'callee')
    // Reflect.get(globalThis, 'fetch')
    if (isReflected(this.#values.of(callee))) yield* globalFacts(this.#values.of(node), node)
    if (callee?.type !== 'MemberExpression') return
    const method = this.#values.propertyName(callee)
    // module._compile(text, name)
    if (method === '_compile' && this.#values.holdsDecoded(called.given[0]))
      yield breach('decode-and-run', method, node.start)
    const object = this.#values.of(child(callee, 'object'))
    if (isPowerful(object) && this.#values.isNameHidden(callee))
      yield breach('decode-and-run', 'a function with a decoded name', node.start)
  }

  #isHidden(code: Node, rule: Run['rule']): boolean {
    if (this.#values.holdsDecoded(code)) return true
    return rule === 'decode-and-start' ? saysDecoding(code) : this.#isData(code)
  }

  *#loading(what: string, name: Node | undefined, at: number): Generator<SourceFact> {
    const value = this.#values.of(name)
    if (value?.kind === 'text') yield* moduleFacts(value.text, at)
    else if (this.#values.holdsDecoded(name) || this.#isData(name))
      yield breach('decode-and-run', what, at)
    else if (name !== undefined) yield breach('dynamic-import', what, at)
  }

  // import(`data:text/javascript,${code}`), new Worker(new URL('data:…'))
  #isData(node: Node | undefined): boolean {
    if (node === undefined) return false
    if (node.type === 'NewExpression') return this.#isData(children(node, 'arguments')[0])
    return this.#values.beginning(node).trimStart().toLowerCase().startsWith('data:')
  }
}

/** The name of what loads a module; undefined for everything else. */
function loaderOf(value: Value | undefined): string | undefined {
  if (value?.kind === 'global') {
    const name = value.path.join('.')
    return moduleLoaders.has(name) ? name : undefined
  }
  const isLoader =
    value?.kind === 'module' && bareName(value.module) === 'module' && value.path.at(-1) === '_load'
  return isLoader ? 'module._load' : undefined
}

/** Whether a command, or one of its arguments, is text that has the shell decode and run something. */
function saysDecoding(code: Node): boolean {
  const open = [code]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const value = next['value']
    const said = next.type === 'TemplateElement' ? rawOf(value) : value
    if (typeof said === 'string' && decodesInShell(said)) return true
    for (const each of childrenOf(next)) open.push(each)
  }
  return false
}

function rawOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'raw' in value ? value.raw : undefined
}

function isReflected(callee: Value | undefined): boolean {
  return callee?.kind === 'global' && callee.path.join('.') === 'Reflect.get'
}

const powerful = new Set(['globalThis', 'global', 'window', 'self', 'process', 'Reflect'])

/** Whether members of a value do more than compute. */
function isPowerful(value: Value | undefined): boolean {
  if (value?.kind === 'module') return true
  return value?.kind === 'global' && value.path.length === 1 && powerful.has(value.path[0] ?? '')
}

function isTypeOnly(node: Node): boolean {
  return node['importKind'] === 'type' || node['exportKind'] === 'type'
}

function* globalFacts(value: Value | undefined, node: Node): Generator<SourceFact> {
  if (value?.kind !== 'global') return
  const capability = capabilityOfGlobal(value.path)
  if (capability !== undefined)
    yield { kind: 'use', capability, what: value.path.join('.'), at: node.start }
}

function* moduleFacts(module: unknown, at: number): Generator<SourceFact> {
  if (typeof module !== 'string') return
  const capability = capabilityOfModule(module)
  if (capability !== undefined) yield { kind: 'use', capability, what: module, at }
  if (module.trimStart().toLowerCase().startsWith('data:'))
    yield breach('decode-and-run', 'a module in a data: address', at)
  // What is loaded is code, whatever its name: Node takes a file without a known ending for JavaScript.
  const path = module.replace(/[?#].*$/, '')
  if (/^\.{1,2}\//.test(path) && !/\.(?:json|node|wasm)$/.test(path))
    yield { kind: 'load', what: path, at }
}

function breach(
  rule: Extract<SourceFact, { kind: 'breach' }>['rule'],
  what: string,
  at: number,
): SourceFact {
  return { kind: 'breach', rule, what, at }
}

/** The same thing at the same place is told once, however it was come upon. */
function once(facts: readonly SourceFact[]): readonly SourceFact[] {
  const seen = new Set<string>()
  return facts.filter((fact) => {
    const key = JSON.stringify(fact)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
