import type { Capability } from '../source-use.ts'

const ofModule: ReadonlyMap<string, Capability> = new Map([
  ['net', 'network'],
  ['http', 'network'],
  ['https', 'network'],
  ['http2', 'network'],
  ['dgram', 'network'],
  ['dns', 'network'],
  ['dns/promises', 'network'],
  ['tls', 'network'],
  ['inspector', 'network'],
  ['inspector/promises', 'network'],
  ['undici', 'network'],
  ['fs', 'files'],
  ['fs/promises', 'files'],
  ['sqlite', 'files'],
  ['child_process', 'processes'],
  ['worker_threads', 'processes'],
  ['cluster', 'processes'],
  ['ffi', 'processes'],
])

const ofGlobal: ReadonlyMap<string, Capability> = new Map([
  ['fetch', 'network'],
  ['WebSocket', 'network'],
  ['EventSource', 'network'],
  ['XMLHttpRequest', 'network'],
  ['WebTransport', 'network'],
  ['navigator.sendBeacon', 'network'],
  ['process.binding', 'processes'],
  ['process._linkedBinding', 'processes'],
  ['process.dlopen', 'processes'],
  ['process.execve', 'processes'],
])

/** What a module gives access to; undefined for the harmless ones. */
export function capabilityOfModule(module: string): Capability | undefined {
  // A native addon does as it likes.
  return ofModule.get(bareName(module)) ?? (module.endsWith('.node') ? 'processes' : undefined)
}

/** What a global, or a member of one, gives access to. */
export function capabilityOfGlobal(path: readonly string[]): Capability | undefined {
  return ofGlobal.get(path.join('.'))
}

const lastNames = new Set([...ofGlobal.keys()].map((path) => path.split('.').at(-1)))

/** Whether a global that gives access to something has a last name like this: few have, and the rest need no look. */
export function mayNameCapability(name: string): boolean {
  return lastNames.has(name)
}

/** The name of a built-in module without its prefix. */
export function bareName(module: string): string {
  return module.startsWith('node:') ? module.slice('node:'.length) : module
}
