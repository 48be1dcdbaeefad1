import { decoded, gravest, textValue, type Value } from './value.ts'

/** A call, as far as a decoder needs to know it. */
export interface DecoderCall {
  /** What the first arguments come to. */
  readonly values: readonly (Value | undefined)[]
  /** Their numbers, where all are written as such. */
  readonly numbers: readonly number[] | undefined
  /** Whether the first is a list of numbers. */
  readonly isNumberList: boolean
}

const textDecoders = new Set(['atob', 'unescape'])
const encodings = new Set(['base64', 'base64url', 'hex'])
const inflaters = /^(?:inflate|inflateRaw|gunzip|unzip|brotliDecompress|zstdDecompress)(?:Sync)?$/
/** What hands on what it gets, in another form. */
const carriers = new Set([
  'Buffer',
  'Buffer.concat',
  'Buffer.from',
  'Object',
  'JSON.parse',
  'String',
  'String.raw',
  'TextDecoder().decode',
  'Uint8Array',
  'Uint8Array.from',
  'Array.from',
  'decodeURIComponent',
  'decodeURI',
  'escape',
])

/** Whether a global gives decoded text whatever it gets. */
export function isDecoder(path: readonly string[]): boolean {
  const name = path.join('.')
  return textDecoders.has(name) || name === 'String.fromCharCode' || name === 'String.fromCodePoint'
}

/** What a call of a global gives, when it has to do with decoding. */
export function decodedByGlobal(path: readonly string[], call: DecoderCall): Value | undefined {
  const name = path.join('.')
  const { values, numbers, isNumberList } = call
  if (name === 'String.fromCharCode' || name === 'String.fromCodePoint') {
    // A line break or a quote is often written like that; a word is not.
    const isShort = numbers !== undefined && numbers.length <= 3
    return isShort ? textValue(String.fromCharCode(...numbers)) : decoded
  }
  if (isDecoder(path)) return decoded
  const encoding = name === 'Buffer.from' || name === 'Buffer' ? values[1] : undefined
  if (encoding?.kind === 'text' && encodings.has(encoding.text.toLowerCase())) return decoded
  if (!carriers.has(name)) return undefined
  return isNumberList ? decoded : gravest(values.filter((value) => value?.kind === 'decoded'))
}

/** What a call of a module's function gives, when it has to do with decoding. */
export function decodedByModule(
  module: string,
  path: readonly string[],
  call: DecoderCall,
): Value | undefined {
  const last = path.at(-1) ?? ''
  switch (module) {
    case 'buffer':
      return decodedByGlobal(path, call)
    case 'zlib':
      return inflaters.test(last) ? decoded : undefined
    case 'util':
      return decodedByGlobal(path, call)
    case 'querystring':
      return last === 'unescape' ? decodedByGlobal(['decodeURIComponent'], call) : undefined
    default:
      return undefined
  }
}
