import { tmpdir } from 'node:os'
import type { PluginContext, PluginKeyValues, PluginLog } from '../plugin/plugin-context.ts'
import { TokenBucket, type Params, type Peer } from '../protocol/index.ts'

/** Makes the context of one stage: the same for all, but for its signal. */
export type ContextFactory = (signal: AbortSignal) => PluginContext

// Well below what the host cuts off: a plugin that says too much loses words, not its life.
const messageRate = { burst: 400, perSecond: 80 }
const progressRate = { burst: 20, perSecond: 10 }

/** @param params those of `initialize` */
export function contextFactory(peer: Peer, params: Params): ContextFactory {
  const shared = {
    plugin: { id: text(params, 'id'), version: text(params, 'version') },
    config: record(params['config']),
    host: { version: text(record(params['host']), 'version') },
    environment: text(params, 'environment'),
    workspace: text(params, 'workspace'),
    data: text(params, 'data'),
    temporary: tmpdir(),
    kv: keyValues(peer),
    log: log(peer),
    progress: progress(peer),
  }
  return (signal) => ({ ...shared, signal })
}

function keyValues(peer: Peer): PluginKeyValues {
  return {
    async get(key) {
      return record(await peer.call('kv.get', { key }))['value']
    },
    async set(key, value) {
      await peer.call('kv.set', { key, value })
    },
    async delete(key) {
      return (await peer.call('kv.delete', { key })) === true
    },
    async list(prefix = '') {
      const keys = await peer.call('kv.list', { prefix })
      return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : []
    },
  }
}

function log(peer: Peer): PluginLog {
  const bucket = new TokenBucket(messageRate, () => performance.now())
  let dropped = 0
  const write =
    (level: string) =>
    (message: string, data?: Readonly<Record<string, unknown>>): void => {
      if (!bucket.tryTake(1)) {
        dropped += 1
        return
      }
      if (dropped > 0)
        peer.notify('log', { level: 'warn', message: `${dropped} messages were too many` })
      dropped = 0
      peer.notify('log', { level, message: asText(message), data })
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}

function progress(peer: Peer): PluginContext['progress'] {
  const bucket = new TokenBucket(progressRate, () => performance.now())
  return (message, fraction) => {
    if (bucket.tryTake(1)) peer.notify('$/progress', { message: asText(message), fraction })
  }
}

/** Authors write JavaScript too. */
function asText(message: unknown): string {
  return String(message)
}

function text(params: Params, key: string): string {
  const value = params[key]
  return typeof value === 'string' ? value : ''
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
