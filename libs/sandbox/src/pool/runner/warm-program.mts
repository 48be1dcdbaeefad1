/**
 * The program that waits in a warm jail, started by {@link nodeRunner}: it takes one module as text from descriptor 3, runs it, and
 * answers with what it gives. It stands alone: only this file is mounted.
 *
 * It is no part of what keeps the module in, and once that runs it is the module's to change.
 *
 * @module
 */
import { registerHooks } from 'node:module'
import { Socket } from 'node:net'

/** What is sent: the module, and what its function is called with. */
interface Order {
  readonly url: string
  readonly source: string
  readonly data: unknown
}

const channel = new Socket({ fd: 3, readable: true, writable: true })
let loading: Order = empty(0)
registerHooks({
  resolve: (name, context, next) =>
    name === loading.url
      ? { url: name, format: 'module', shortCircuit: true }
      : next(name, context),
  load: (url, context, next) =>
    url === loading.url
      ? { source: loading.source, format: 'module', shortCircuit: true }
      : next(url, context),
})
// The first modules make the loader what it stays: that is done while nobody waits.
for (let count = 1; count <= 10; count += 1) {
  loading = empty(count)
  await answer(JSON.parse(JSON.stringify(loading)))
}

const order = await receive()
if (order !== undefined) {
  loading = order
  send(await answer(order))
}

function empty(count: number): Order {
  return { url: `mb:empty-${count}`, source: 'export default () => {}', data: null }
}

/** Runs a module. What cannot be sent as JSON is an error of its own. */
async function answer({ url, data }: Order): Promise<string> {
  try {
    const module: { readonly default?: unknown } = await import(url)
    const main = module.default
    const value: unknown = typeof main === 'function' ? await main(data, channel) : null
    return JSON.stringify({ value: value ?? null })
  } catch (error) {
    process.exitCode = 1
    const { name, message, stack } =
      error instanceof Error ? error : new TypeError(`It threw ${typeof error}`)
    return JSON.stringify({ error: { name, message, stack } })
  }
}

/** Undefined where the host went away instead. */
async function receive(): Promise<Order | undefined> {
  const { promise, resolve } = Promise.withResolvers<Order | undefined>()
  let wanted: number | undefined
  const take = (): void => {
    const head: Buffer | null = wanted === undefined ? channel.read(4) : null
    wanted ??= head?.readUInt32BE(0)
    const body: Buffer | null = wanted === undefined ? null : channel.read(wanted)
    if (body !== null) resolve(JSON.parse(body.toString()))
  }
  const end = (): void => resolve(undefined)
  channel.on('readable', take).on('end', end)
  try {
    return await promise
  } finally {
    channel.off('readable', take).off('end', end)
  }
}

function send(text: string): void {
  const body = Buffer.from(text)
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  channel.write(Buffer.concat([head, body]))
}
