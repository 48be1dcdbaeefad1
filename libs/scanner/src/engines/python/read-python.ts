import type { Capability, EngineResult, SourceFact } from '../source-use.ts'
import { readTokens, type Token } from './tokens.ts'

/** What a module of Python is for; a name below it counts as well. */
const moduleUse: Readonly<Record<string, Capability>> = {
  socket: 'network',
  ssl: 'network',
  'urllib.request': 'network',
  'http.client': 'network',
  'http.server': 'network',
  ftplib: 'network',
  smtplib: 'network',
  poplib: 'network',
  imaplib: 'network',
  telnetlib: 'network',
  xmlrpc: 'network',
  requests: 'network',
  urllib3: 'network',
  httpx: 'network',
  aiohttp: 'network',
  socketserver: 'network',
  subprocess: 'processes',
  multiprocessing: 'processes',
  pty: 'processes',
  ctypes: 'processes',
  cffi: 'processes',
  shutil: 'files',
}

/** Members of modules that are mostly used for something else. */
const memberUse: readonly (readonly [RegExp, Capability])[] = [
  [/^os\.(?:system|popen|fork|forkpty|posix_spawnp?|spawn\w+|exec\w+)$/, 'processes'],
  [/^asyncio\.create_subprocess_(?:exec|shell)$/, 'processes'],
  [/^asyncio\.(?:open_connection|start_server)$/, 'network'],
  [
    /^os\.(?:open|remove|unlink|rename|replace|rmdir|removedirs|mkdir|makedirs|listdir|scandir|walk|chmod|chown|link|symlink|truncate)$/,
    'files',
  ],
  [/^(?:open|io\.open|codecs\.open)$/, 'files'],
  [/^pathlib\.Path$/, 'files'],
]

const decoders =
  /^(?:base64\.\w*decode\w*|binascii\.(?:unhexlify|a2b_\w+)|codecs\.decode|bytes\.fromhex|bytearray\.fromhex|zlib\.decompress|gzip\.decompress|bz2\.decompress|lzma\.decompress|marshal\.loads|pickle\.loads)$/
const runners = new Set([
  'exec',
  'eval',
  'compile',
  'builtins.exec',
  'builtins.eval',
  'types.FunctionType',
])
const starters = /^(?:os\.(?:system|popen|exec\w+|spawn\w+)|subprocess\.\w+)$/
const importers = new Set(['__import__', 'importlib.import_module'])

/** Reads a file of Python: what it reaches for, and what it hides. */
export function readPython(source: string): EngineResult {
  const tokens = readTokens(source)
  if (typeof tokens === 'number') return { ok: false, why: 'a text in it has no end', at: tokens }
  return { ok: true, facts: new PythonReader(tokens).read() }
}

/** Goes through the tokens once, and remembers what names stand for. */
class PythonReader {
  readonly #tokens: readonly Token[]
  readonly #facts: SourceFact[] = []
  /** What a name stands for, such as `b64` for `base64.b64decode`. */
  readonly #names = new Map<string, string>()
  /** Names that hold decoded text. */
  readonly #decoded = new Set<string>()

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  read(): readonly SourceFact[] {
    let at = 0
    while (at < this.#tokens.length) at = this.#statement(at)
    return this.#facts
  }

  #statement(at: number): number {
    const token = this.#tokens[at]
    if (token === undefined) return at + 1
    if (token.kind === 'name' && this.#startsStatement(at)) {
      if (token.text === 'import') return this.#import(at)
      if (token.text === 'from') return this.#from(at)
      this.#assignment(at)
    }
    return token.kind === 'name' ? this.#dotted(at) : at + 1
  }

  #startsStatement(at: number): boolean {
    const before = this.#tokens[at - 1]
    return before === undefined || before.kind === 'newline' || /^[;:]$/.test(before.text)
  }

  // import a.b as c, d
  #import(at: number): number {
    let next = at + 1
    for (;;) {
      const { name, end } = this.#name(next)
      if (name === '') return next
      this.#useModule(name, this.#tokens[at]?.at ?? 0)
      const alias = this.#alias(end)
      if (alias === undefined) {
        const first = name.split('.')[0] ?? name
        this.#names.set(first, first)
      } else this.#names.set(alias, name)
      next = alias === undefined ? end : end + 2
      if (this.#tokens[next]?.text !== ',') return next
      next++
    }
  }

  // from a import b as c, d
  #from(at: number): number {
    const { name, end } = this.#name(at + 1)
    if (this.#tokens[end]?.text !== 'import') return end
    this.#useModule(name, this.#tokens[at]?.at ?? 0)
    let next = end + 1
    for (;;) {
      const token = this.#tokens[next]
      if (token === undefined || token.kind === 'text') return next
      // Inside brackets an import goes on over lines.
      if (token.kind === 'newline' && this.#tokens[end + 1]?.text !== '(') return next
      if (token.text === ')') return next + 1
      if (token.kind !== 'name') {
        next++
        continue
      }
      const whole = `${name}.${token.text}`
      this.#useModule(whole, token.at)
      const alias = this.#alias(next + 1)
      this.#names.set(alias ?? token.text, whole)
      next += alias === undefined ? 1 : 3
    }
  }

  #alias(at: number): string | undefined {
    return this.#tokens[at]?.text === 'as' ? this.#tokens[at + 1]?.text : undefined
  }

  // name = … decoded …
  #assignment(at: number): void {
    const target = this.#tokens[at]
    if (target === undefined || this.#tokens[at + 1]?.text !== '=') return
    if (this.#tokens[at + 2]?.text === '=') return
    const { name, end } = this.#name(at + 2)
    const after = this.#tokens[end]
    // runner = eval
    if (name !== '' && (after === undefined || after.kind === 'newline' || after.text === ';'))
      this.#names.set(target.text, this.#resolve(name))
    if (this.#holdsDecoded(at + 2, this.#endOfLine(at + 2))) this.#decoded.add(target.text)
  }

  #dotted(at: number): number {
    const { name, end } = this.#name(at)
    const token = this.#tokens[at]
    if (token === undefined || name === '') return at + 1
    const whole = this.#resolve(name)
    const isCall = this.#tokens[end]?.text === '('
    const use = memberUse.find(([pattern]) => pattern.test(whole))
    if (use !== undefined && (isCall || whole.includes('.')))
      this.#facts.push({ kind: 'use', capability: use[1], what: whole, at: token.at })
    if (isCall) this.#call(whole, end, token)
    return end
  }

  #call(whole: string, open: number, { at }: Token): void {
    const close = this.#close(open)
    if (runners.has(whole) && this.#holdsDecoded(open + 1, close))
      this.#facts.push({ kind: 'breach', rule: 'decode-and-run', what: whole, at })
    if (starters.test(whole) && this.#holdsDecoded(open + 1, close))
      this.#facts.push({ kind: 'breach', rule: 'decode-and-start', what: whole, at })
    if (!importers.has(whole)) return
    const [first, second] = [this.#tokens[open + 1], this.#tokens[open + 2]]
    const isConstant = first?.kind === 'text' && (second?.text === ')' || second?.text === ',')
    if (isConstant) this.#useModule(first.text, at)
    else this.#facts.push({ kind: 'breach', rule: 'dynamic-import', what: whole, at })
  }

  #holdsDecoded(from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      if (this.#tokens[at]?.kind !== 'name') continue
      const { name, end } = this.#name(at)
      const whole = this.#resolve(name)
      if (decoders.test(whole) || this.#decoded.has(name.split('.')[0] ?? '')) return true
      // ''.join(chr(n) for n in numbers)
      if (whole === 'chr' && this.#tokens[end]?.text === '(') return true
      at = Math.max(at, end - 1)
    }
    return false
  }

  #useModule(name: string, at: number): void {
    for (let part = name; part !== ''; part = part.slice(0, Math.max(part.lastIndexOf('.'), 0))) {
      if (!Object.hasOwn(moduleUse, part)) continue
      const capability = moduleUse[part]
      if (capability !== undefined) this.#facts.push({ kind: 'use', capability, what: part, at })
      return
    }
  }

  /** A dotted name from a token on. */
  #name(at: number): { name: string; end: number } {
    const first = this.#tokens[at]
    if (first?.kind !== 'name') return { name: '', end: at }
    let name = first.text
    let end = at + 1
    while (this.#tokens[end]?.text === '.' && this.#tokens[end + 1]?.kind === 'name') {
      name += `.${this.#tokens[end + 1]?.text ?? ''}`
      end += 2
    }
    return { name, end }
  }

  #resolve(name: string): string {
    const [first = '', ...rest] = name.split('.')
    return [this.#names.get(first) ?? first, ...rest].join('.')
  }

  #close(open: number): number {
    let depth = 0
    for (let at = open; at < this.#tokens.length; at++) {
      const { kind, text } = this.#tokens[at] ?? { kind: 'newline', text: '' }
      if (kind !== 'operator') continue
      if (text === '(' || text === '[' || text === '{') depth++
      else if ((text === ')' || text === ']' || text === '}') && --depth === 0) return at
    }
    return this.#tokens.length
  }

  /** The end of a line as Python counts them: brackets hold it open. */
  #endOfLine(from: number): number {
    let depth = 0
    for (let at = from; at < this.#tokens.length; at++) {
      const { kind, text } = this.#tokens[at] ?? { kind: 'newline', text: '' }
      if (kind === 'newline' && depth <= 0) return at
      if (kind !== 'operator') continue
      if (text === '(' || text === '[' || text === '{') depth++
      else if (text === ')' || text === ']' || text === '}') depth--
    }
    return this.#tokens.length
  }
}
