/** What a plugin asks for, by kind. Nothing is implicit: what is not here, the plugin cannot do. */
export interface Permissions {
  readonly fs: {
    readonly read: readonly PathPermission[]
    readonly write: readonly PathPermission[]
  }
  readonly net: readonly NetPermission[]
  readonly exec: readonly ExecPermission[]
  readonly env: readonly NamedPermission[]
  readonly secrets: readonly NamedPermission[]
  /** The host listens on loopback and hands requests to the plugin. */
  readonly 'http.serve': boolean
  /** Unix sockets. */
  readonly 'net.unix': readonly PathPermission[]
  /** Load, memory and disks of the machine. */
  readonly 'system.metrics': boolean
}

/**
 * A path: a folder with all that is in it (`…/**`), or exactly one file or folder. Absolute, or below one of
 * `${workspace}` (where the person is), `${data}` (the plugin's own) and `${home}`.
 */
export interface PathPermission {
  readonly path: string
  readonly reason?: string
}

/**
 * Connections to a host: a name, `*.name` for all names below it, or `*`. Without ports, to all of them. Methods inform people: nobody
 * sees into TLS, so that they bind nobody.
 */
export interface NetPermission {
  readonly host: string
  readonly ports?: readonly number[]
  readonly methods?: readonly string[]
  readonly reason?: string
}

/** A program. `*` stands for one argument and a last `**` for any further; without `args`, all arguments. */
export interface ExecPermission {
  readonly command: string
  readonly args?: readonly string[]
  readonly reason?: string
}

/** An environment variable, or a secret of the person's store. */
export interface NamedPermission {
  readonly name: string
  readonly reason?: string
}

/** Asks for nothing. */
export const noPermissions: Permissions = {
  fs: { read: [], write: [] },
  net: [],
  exec: [],
  env: [],
  secrets: [],
  'http.serve': false,
  'net.unix': [],
  'system.metrics': false,
}
