/** What a Node program may reach through Node's own permission model. */
export interface NodeFlagOptions {
  /** Files and folders, by absolute path; a folder stands for everything in it. */
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** Heap of the program: three quarters of its memory, so that the garbage collector works before the limit ends it. */
  readonly memoryBytes?: number | undefined
  /** Whether it may make connections: Node 25 and later forbid them otherwise. @default false */
  readonly hasNetwork?: boolean | undefined
}

/**
 * The command-line flags that put Node's permission model around a program, as an inner layer of the sandbox.
 *
 * No boundary by itself: Node says that the model does not protect against malicious code. It closes what the outer
 * layer leaves open inside, and gives an honest plugin a readable `ERR_ACCESS_DENIED` instead of `ENOENT`.
 * Workers, child processes, addons and WASI stay denied: `--allow-worker` alone lifts the whole model.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { nodeFlags } from '@mb/sandbox/node-flags'
 *
 * const flags = nodeFlags({ read: ['/srv/plugin'], write: [], memoryBytes: 128 * 1024 * 1024 })
 * assert.ok(flags.includes('--permission'))
 * assert.ok(flags.includes('--allow-fs-read=/srv/plugin'))
 * assert.ok(flags.includes('--max-old-space-size=96'))
 * ```
 */
export function nodeFlags(options: NodeFlagOptions): readonly string[] {
  const { read, write, memoryBytes, hasNetwork = false } = options
  return [
    '--permission',
    ...[...read, ...write].map((path) => `--allow-fs-read=${grantable(path)}`),
    ...write.map((path) => `--allow-fs-write=${grantable(path)}`),
    ...(hasNetwork && process.allowedNodeEnvironmentFlags.has('--allow-net')
      ? ['--allow-net']
      : []),
    // node:sqlite opens, attaches and writes any database, past the permission model (24.21 and 26.10).
    '--no-experimental-sqlite',
    '--no-addons',
    // SIGUSR1 would open the inspector.
    '--disable-sigusr1',
    '--disable-proto=delete',
    // Modules come from the plugin's own folder, never from ~/.node_modules.
    '--no-global-search-paths',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    ...(memoryBytes === undefined
      ? []
      : [`--max-old-space-size=${Math.max(16, Math.floor((memoryBytes * 0.75) / 1_048_576))}`]),
  ]
}

/**
 * Node reads `*` in a flag as a wildcard, so that such a path would grant its neighbours.
 *
 * @throws RangeError
 */
function grantable(path: string): string {
  if (!path.startsWith('/') && !/^[A-Za-z]:[\\/]/.test(path))
    throw new RangeError(`Cannot grant ${JSON.stringify(path)} to Node: the path is not absolute`)
  if (path.includes('*') || path.includes('\0'))
    throw new RangeError(`Cannot grant ${JSON.stringify(path)} to Node: it holds a wildcard or NUL`)
  return path
}
