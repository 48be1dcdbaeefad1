import { extname } from 'node:path'
import { parseSync } from 'oxc-parser'
import type { Capability, EngineResult, SourceFact } from '../source-use.ts'
import { child, children, childrenOf, isNode, text, type Node } from './nodes.ts'
import { isTooDeep } from '../is-too-deep.ts'
import { readScopes, type Scope } from './scopes.ts'
import { evaluate, holdsDecoded, propertyName, type Value } from './value.ts'

const capabilityOf: Readonly<Record<string, Capability>> = {
  net: 'network',
  http: 'network',
  https: 'network',
  http2: 'network',
  dgram: 'network',
  dns: 'network',
  'dns/promises': 'network',
  tls: 'network',
  inspector: 'network',
  undici: 'network',
  fs: 'files',
  'fs/promises': 'files',
  child_process: 'processes',
  worker_threads: 'processes',
  cluster: 'processes',
  ffi: 'processes',
}
const networkGlobals = new Set([
  'fetch',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'WebTransport',
])
const nativeGlobals = new Set(['process.binding', 'process._linkedBinding', 'process.dlopen'])
const runners = new Set(['eval', 'Function', 'setTimeout', 'setInterval', 'setImmediate'])
const vmRunners =
  /^(?:runInThisContext|runInNewContext|runInContext|Script|compileFunction|SourceTextModule)$/
const maxDepth = 1500

/** Reads a file of JavaScript or TypeScript: what it reaches for, and what it hides. */
export function readJavascript(file: string, source: string): EngineResult {
  if (isTooDeep(source)) return { ok: false, why: 'it is nested too deeply', at: 0 }
  const parsed = parse(file, source)
  if (!parsed.ok) return parsed
  const scopes = readScopes(parsed.program)
  const facts: SourceFact[] = []
  const walk = (node: Node, scope: Scope, depth: number): void => {
    if (depth > maxDepth) throw new RangeError('it is nested too deeply')
    facts.push(...factsOf(node, scope))
    const inner = scopes.get(node) ?? scope
    for (const each of childrenOf(node)) walk(each, inner, depth + 1)
  }
  const root = scopes.get(parsed.program)
  if (root === undefined) return { ok: false, why: 'it is no program', at: 0 }
  try {
    walk(parsed.program, root, 0)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { ok: false, why: 'it is nested too deeply', at: 0 }
  }
  return { ok: true, facts: once(facts) }
}

function parse(
  file: string,
  source: string,
): { ok: true; program: Node } | Extract<EngineResult, { ok: false }> {
  // A CommonJS file may have what a module may not, and the other way round; TypeScript is told by its name alone.
  const isTypescript = /^\.[cm]?tsx?$/.test(extname(file))
  const kinds = isTypescript ? (['module'] as const) : (['module', 'script', 'commonjs'] as const)
  let failure: Extract<EngineResult, { ok: false }> = { ok: false, why: 'it is no program', at: 0 }
  for (const sourceType of kinds) {
    const lang = isTypescript ? (file.endsWith('x') ? 'tsx' : 'ts') : 'jsx'
    const { program, errors } = parseSync(file, source, { sourceType, lang })
    const tree: unknown = program
    const [error] = errors
    if (error === undefined && isNode(tree)) return { ok: true, program: tree }
    failure = {
      ok: false,
      why: error?.message ?? 'it is no program',
      at: error?.labels[0]?.start ?? 0,
    }
  }
  return failure
}

function* factsOf(node: Node, scope: Scope): Generator<SourceFact> {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const module = child(node, 'source')?.['value']
      if (typeof module === 'string' && !isTypeOnly(node)) yield* moduleUse(module, node.start)
      return
    }
    case 'ImportExpression':
      yield* importFacts(node, scope)
      return
    case 'CallExpression':
    case 'NewExpression':
      yield* callFacts(node, scope)
      return
    case 'MemberExpression':
      yield* nameFacts(evaluate(node, scope), node.start)
      return
    case 'Identifier':
      if (networkGlobals.has(text(node, 'name') ?? ''))
        yield* nameFacts(evaluate(node, scope), node.start)
      return
  }
}

function isTypeOnly(node: Node): boolean {
  return node['importKind'] === 'type' || node['exportKind'] === 'type'
}

function* moduleUse(module: string, at: number): Generator<SourceFact> {
  const name = module.replace(/^node:/, '')
  const capability = Object.hasOwn(capabilityOf, name) ? capabilityOf[name] : undefined
  if (capability !== undefined) yield { kind: 'use', capability, what: module, at }
  else if (name.endsWith('.node')) yield { kind: 'use', capability: 'processes', what: module, at }
  if (name.startsWith('data:')) yield breach('decode-and-run', 'a module in a data: address', at)
}

function* importFacts(node: Node, scope: Scope): Generator<SourceFact> {
  const source = child(node, 'source')
  const value = evaluate(source, scope)
  if (value?.kind === 'text') yield* moduleUse(value.text, node.start)
  else if (source !== undefined && (holdsDecoded(source, scope) || startsWithData(source)))
    yield breach('decode-and-run', 'import()', node.start)
  else yield breach('dynamic-import', 'import()', node.start)
}

function* nameFacts(value: Value | undefined, at: number): Generator<SourceFact> {
  if (value?.kind !== 'global') return
  const name = value.path.join('.')
  if (networkGlobals.has(name) || name === 'navigator.sendBeacon')
    yield { kind: 'use', capability: 'network', what: name, at }
  if (nativeGlobals.has(name)) yield { kind: 'use', capability: 'processes', what: name, at }
}

function* callFacts(node: Node, scope: Scope): Generator<SourceFact> {
  const callee = child(node, 'callee')
  const parameters = children(node, 'arguments')
  const value = evaluate(callee, scope)
  if (value?.kind === 'global') yield* globalCall(value.path.join('.'), node, parameters, scope)
  else if (value?.kind === 'module') yield* moduleCall(value, node, parameters, scope)
  // module._compile(text, name), and Function by way of a constructor
  const method = callee?.type === 'MemberExpression' ? propertyName(callee, scope) : undefined
  const isHidden = method === '_compile' || method === 'constructor'
  if (isHidden && parameters.some((each) => holdsDecoded(each, scope)))
    yield breach('decode-and-run', method, node.start)
}

function* globalCall(
  name: string,
  node: Node,
  parameters: readonly Node[],
  scope: Scope,
): Generator<SourceFact> {
  const [first] = parameters
  if (name === 'require' || name === 'process.getBuiltinModule') {
    const module = evaluate(first, scope)
    if (module?.kind === 'text') yield* moduleUse(module.text, node.start)
    else if (first !== undefined) yield breach('dynamic-import', name, node.start)
  }
  const isRunner = runners.has(name) || name === 'eval.call' || name === 'Function.apply'
  if (isRunner && parameters.some((each) => holdsDecoded(each, scope)))
    yield breach('decode-and-run', name, node.start)
}

function* moduleCall(
  { module, path }: Extract<Value, { kind: 'module' }>,
  node: Node,
  parameters: readonly Node[],
  scope: Scope,
): Generator<SourceFact> {
  const name = module.replace(/^node:/, '')
  const last = path.at(-1) ?? ''
  if (name !== 'vm' && name !== 'child_process') return
  if (!parameters.some((each) => holdsDecoded(each, scope))) return
  if (name === 'child_process') yield breach('decode-and-start', `${module} ${last}`, node.start)
  else if (vmRunners.test(last)) yield breach('decode-and-run', `${module} ${last}`, node.start)
}

function startsWithData(node: Node): boolean {
  const start = node.type === 'BinaryExpression' ? child(node, 'left') : children(node, 'quasis')[0]
  const value: unknown = start?.['value']
  const cooked =
    typeof value === 'object' && value !== null && 'cooked' in value ? value.cooked : value
  return typeof cooked === 'string' && cooked.startsWith('data:')
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
