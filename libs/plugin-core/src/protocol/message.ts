import { ProtocolFault } from './protocol-fault.ts'

/** One message of JSON-RPC 2.0, as far as `mbp/1` uses it: ids are whole numbers from 1, batches do not exist. */
export type Message =
  | {
      readonly kind: 'request'
      readonly id: number
      readonly method: string
      readonly params: unknown
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: MessageError }

/** The error of an answer. */
export interface MessageError {
  readonly code: number
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

const maxMethodLength = 64
// Deeper than any real value, shallow enough for recursion.
const maxDepth = 100

/**
 * Reads a line.
 *
 * @throws ProtocolFault `malformed`
 */
export function parseMessage(line: string): Message {
  const value = parseJson(line)
  if (!isRecord(value)) throw malformed('a line is no JSON object')
  checkPlain(value, 0)
  if (own(value, 'jsonrpc') !== '2.0') throw malformed('a message lacks "jsonrpc": "2.0"')
  return Object.hasOwn(value, 'method') ? parseCall(value) : parseAnswer(value)
}

/**
 * Writes a message as a line, with its end.
 *
 * @throws TypeError when a value has no form in JSON
 */
export function formatMessage(message: Message): string {
  return `${JSON.stringify({ jsonrpc: '2.0', ...members(message) })}\n`
}

function members(message: Message): Readonly<Record<string, unknown>> {
  // An answer has to have a result, and JSON has no undefined.
  if (message.kind === 'result') return { id: message.id, result: asJson(message.value) }
  const { kind: _, ...rest } = message
  return rest
}

function asJson(value: unknown): unknown {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol'
    ? null
    : value
}

function parseCall(value: Readonly<Record<string, unknown>>): Message {
  const method = own(value, 'method')
  if (typeof method !== 'string' || method === '' || method.length > maxMethodLength)
    throw malformed('"method" is no name')
  const params = own(value, 'params')
  if (params !== undefined && !isRecord(params)) throw malformed('"params" is no object')
  if (!Object.hasOwn(value, 'id')) return { kind: 'notification', method, params }
  return { kind: 'request', id: parseId(value), method, params }
}

function parseAnswer(value: Readonly<Record<string, unknown>>): Message {
  const id = parseId(value)
  const error = own(value, 'error')
  if (error === undefined) {
    if (!Object.hasOwn(value, 'result')) throw malformed('a message is neither call nor answer')
    return { kind: 'result', id, value: own(value, 'result') }
  }
  if (Object.hasOwn(value, 'result')) throw malformed('an answer has a result and an error')
  return { kind: 'error', id, error: parseError(error) }
}

function parseError(error: unknown): MessageError {
  if (!isRecord(error)) throw malformed('"error" is no object')
  const code = own(error, 'code')
  const message = own(error, 'message')
  const data = own(error, 'data')
  if (typeof code !== 'number' || !Number.isSafeInteger(code) || typeof message !== 'string')
    throw malformed('"error" lacks its code or its message')
  return { code, message, data: isRecord(data) ? data : {} }
}

function parseId(value: Readonly<Record<string, unknown>>): number {
  const id = own(value, 'id')
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1)
    throw malformed('"id" is no whole number from 1')
  return id
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new ProtocolFault('malformed', 'a line is not JSON', { cause: error })
  }
}

/** `JSON.parse` makes `__proto__` an own key, which the next copy by assignment would turn into a prototype. */
function checkPlain(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > maxDepth) throw malformed(`a message is nested more than ${maxDepth} deep`)
  if (Object.hasOwn(value, '__proto__')) throw malformed('a message has a key "__proto__"')
  for (const member of Object.values(value)) checkPlain(member, depth + 1)
}

/** A member of its own: never one of `Object.prototype`, which code that runs in this process may have changed. */
function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(reason: string): ProtocolFault {
  return new ProtocolFault('malformed', reason)
}
