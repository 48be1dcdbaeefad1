/** Facts beside a log message. */
export type LogData = Readonly<Record<string, unknown>>

/** Where a library tells what it does. Whoever composes the program decides where it goes. */
export interface Logger {
  debug(message: string, data?: LogData): void
  info(message: string, data?: LogData): void
  warn(message: string, data?: LogData): void
  error(message: string, data?: LogData): void
}

/** Time, injected so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds of a clock that never goes back. */
  monotonic(): number
}

/** A small key-value store of JSON values. Keys are 1 to 512 characters. */
export interface Store extends AsyncDisposable {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  /** Whether there was something to delete. */
  delete(key: string): Promise<boolean>
  /** Keys that start with the prefix, in code-unit order. */
  list(prefix?: string): Promise<readonly string[]>
}

/** A logger that says nothing. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}
