/** What the host lends a plugin while it runs. */
export interface PluginContext {
  readonly plugin: {
    /** `namespace/name`. */
    readonly id: string
    readonly version: string
  }
  /** The fields of the manifest's `configSchema`. */
  readonly config: Readonly<Record<string, unknown>>
  /** What runs it. */
  readonly host: {
    /** A semantic version of MilkBottle. */
    readonly version: string
  }
  /** Whose values the configuration has: `production`, unless the person set another. */
  readonly environment: string
  /** The folder that the person is in. It can be read only as far as that was granted. */
  readonly workspace: string
  /** The plugin's own folder; to be used it has to be among the permissions. */
  readonly data: string
  /** A folder of this run alone, gone with it. */
  readonly temporary: string
  /** Aborts when the person interrupts, or when a stage's time is over. */
  readonly signal: AbortSignal
  readonly kv: PluginKeyValues
  readonly log: PluginLog
  /**
   * Tells how far a long command is.
   *
   * @param fraction done so far, from 0 to 1
   */
  progress(message: string, fraction?: number): void
}

/**
 * JSON values that outlive the run, seen by this plugin alone. A key has 1 to 512 characters, a value at most 1 MiB; a
 * plugin has at most 10,000 keys and 50 MiB.
 */
export interface PluginKeyValues {
  /** Undefined for a key that was never set. */
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  /** Whether there was something to delete. */
  delete(key: string): Promise<boolean>
  /** Keys that start with the prefix, in code-unit order. */
  list(prefix?: string): Promise<readonly string[]>
}

/** Messages for whoever operates the host. What a person should read is printed instead. */
export interface PluginLog {
  debug(message: string, data?: Readonly<Record<string, unknown>>): void
  info(message: string, data?: Readonly<Record<string, unknown>>): void
  warn(message: string, data?: Readonly<Record<string, unknown>>): void
  error(message: string, data?: Readonly<Record<string, unknown>>): void
}
