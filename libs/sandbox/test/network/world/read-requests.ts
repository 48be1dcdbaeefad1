/** How a careless proxy finds the end of a request, where its headers leave a choice. */
export interface Leniency {
  /** Which header it believes where both are there. @default 'length' */
  readonly framing?: 'length' | 'chunked'
  /** Which of several lengths it takes. @default 'first' */
  readonly length?: 'first' | 'last'
  /** Whether it forgets the headers that `Connection` names before it looks for the end. @default false */
  readonly dropsNamed?: boolean
}

/** A request as a careless proxy reads it. */
export interface LooseRequest {
  readonly method: string
  readonly target: string
  /** By names in small letters; a name that comes twice holds both, with a comma. */
  readonly headers: ReadonlyMap<string, string>
  /** The bytes of its head. */
  readonly head: string
  readonly body: string
}

/**
 * Reads one request from the front of what has come (one byte a character), with the mistakes that proxies have been known for: lines
 * that end in a bare line feed, folded headers, blanks before a colon, anything in a coding that holds the word chunked.
 *
 * @returns nothing while it is incomplete
 */
export function readRequest(
  text: string,
  { framing = 'length', length = 'first', dropsNamed = false }: Leniency = {},
): { readonly request: LooseRequest; readonly rest: string } | undefined {
  const start = /^[\r\n]*/.exec(text)?.[0].length ?? 0
  const end = /\r?\n\r?\n/.exec(text.slice(start))
  if (end === null) return undefined
  const head = text.slice(start, start + end.index)
  const after = text.slice(start + end.index + end[0].length)
  const [line = '', ...fields] = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const [method = '', target = ''] = line.split(/\s+/)
  const headers = readFields(fields)
  if (dropsNamed)
    for (const name of (headers.get('connection') ?? '').split(','))
      headers.delete(name.trim().toLowerCase())
  const lengths = (headers.get('content-length') ?? '0').split(',').map(Number.parseFloat)
  const bytes = (length === 'first' ? lengths[0] : lengths.at(-1)) ?? 0
  const isCoded = /chunked/i.test(headers.get('transfer-encoding') ?? '')
  const byChunks = isCoded && (framing === 'chunked' || !headers.has('content-length'))
  const size = method === 'CONNECT' ? 0 : byChunks ? sizeOfChunks(after) : bytes
  if (size === undefined || after.length < size) return undefined
  const request = { method, target, headers, head, body: after.slice(0, size) }
  return { request, rest: after.slice(size) }
}

function readFields(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]*):(.*)$/s.exec(line) ?? []
    const key = name.trim().toLowerCase()
    const before = fields.get(key)
    fields.set(key, before === undefined ? value.trim() : `${before},${value.trim()}`)
  }
  return fields
}

/** How many characters the chunks take, with the last one and the trailers. */
function sizeOfChunks(text: string): number | undefined {
  for (let at = 0; ;) {
    const line = /^([^\n]*)\n/.exec(text.slice(at))
    if (line === null) return undefined
    const [digits = '0'] = /^[\da-f]+/i.exec(line[1] ?? '') ?? []
    // In a register of 64 bits, what does not fit falls off.
    const size = Number(BigInt.asUintN(64, BigInt(`0x${digits}`)))
    at += line[0].length
    if (size > 0) at = at + size + (/^\r?\n/.exec(text.slice(at + size))?.[0].length ?? 0)
    else {
      const end = /^(?:[^\n]+\n)*?\r?\n/.exec(text.slice(at))
      return end === null ? undefined : at + end[0].length
    }
    if (at > text.length) return undefined
  }
}
