import type { Duplex } from 'node:stream'
import type { SandboxedProcess } from '../../sandbox.ts'
import { failed, readReply } from './read-reply.ts'

/** What a program that waits is given to run. */
export interface Activation {
  /** Text of one ECMAScript module. It may import what Node has built in, and by `file:` URL what it is granted. */
  readonly source: string
  /** What its errors call it. @default 'module' */
  readonly name?: string | undefined
  /** What its default export is called with, beside the channel: anything that JSON can tell. @default null */
  readonly data?: unknown
  /** Longest message that is sent. @default 16 MiB */
  readonly maxSourceBytes?: number | undefined
  /** Longest answer that is taken. @default 1 MiB */
  readonly maxReplyBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends a module to a program that waits for one, and gives what its default export returns.
 *
 * The text is all that is sent: it is on no disk inside, and compiled there, from nothing that a tenant has left. What comes back is
 * plain data that the module has chosen: anything at all. After it, the channel is the module's and the host's own; the module has
 * it as the second argument, and what it writes there before it returns is taken for the answer.
 *
 * @param program a {@link nodeRunner} that was taken from a pool
 * @throws SandboxError `MB_SANDBOX_ACTIVATION`; RangeError for a module that is too long; TypeError for a second one; the reason of the
 *   signal
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openSandbox } from '@mb/sandbox'
 * import { activate, nodeRunner } from '@mb/sandbox/runner'
 *
 * const { command, args, read } = nodeRunner()
 * await using sandbox = await openSandbox({ policy: { fs: { read } }, pool: { command, args } })
 * await using program = await sandbox.take()
 * const source = 'export default ({ name }) => `hello ${name}`'
 * assert.equal(await activate(program, { source, data: { name: 'world' } }), 'hello world')
 * ```
 */
export async function activate(
  { channel }: Pick<SandboxedProcess, 'channel'>,
  activation: Activation,
): Promise<unknown> {
  const { source, name = 'module', data = null, signal } = activation
  const { maxSourceBytes = 16 * 1024 * 1024, maxReplyBytes = 1024 * 1024 } = activation
  if (channel === null) throw new TypeError('Cannot activate a module: the program has no channel')
  signal?.throwIfAborted()
  const url = `mb:${encodeURIComponent(name)}`
  const order = Buffer.from(JSON.stringify({ url, source, data }))
  if (order.length > maxSourceBytes)
    throw new RangeError(
      `Cannot activate the module: it has ${order.length} bytes, of at most ${maxSourceBytes}`,
    )
  // It reads no second one: the answer would be waited for without end.
  if (activated.has(channel))
    throw new TypeError('Cannot activate a module: the program has had one, take another program')
  activated.add(channel)
  const head = Buffer.alloc(4)
  head.writeUInt32BE(order.length)
  const reply = readReply(channel, { maxBytes: maxReplyBytes, signal })
  // At once: each write wakes the program.
  channel.write(Buffer.concat([head, order]))
  return readValue(await reply)
}

const activated = new WeakSet<Duplex>()

function readValue(text: string): unknown {
  const reply = parse(text)
  if (typeof reply !== 'object' || reply === null) throw failed('its answer has another form')
  if ('value' in reply) return reply.value
  if (!('error' in reply) || typeof reply.error !== 'object' || reply.error === null)
    throw failed('its answer has another form')
  const { name, message, stack }: Readonly<Record<string, unknown>> = { ...reply.error }
  const told = [name, message].filter((each) => typeof each === 'string').join(': ')
  // Quoted: it may hold whatever a terminal obeys.
  throw failed(
    `it fails with ${JSON.stringify(told.slice(0, 500))}`,
    typeof stack === 'string' ? { stack: stack.slice(0, 10_000) } : {},
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, withoutPrototypes)
  } catch {
    throw failed('its answer is no JSON')
  }
}

/** Whoever merges what came into objects of its own would else have given them a prototype. */
function withoutPrototypes(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value
}
