import type { Given } from './invocation.ts'

/** What the global options ask for. */
export interface Settings {
  readonly config?: string
  readonly isJson: boolean
  readonly isVerbose: boolean
  readonly isDebug: boolean
}

/** Settings from the global options that were given. */
export function settingsFrom(options: ReadonlyMap<string, Given>): Settings {
  const config = options.get('config')
  return {
    ...(typeof config === 'string' ? { config } : {}),
    isJson: options.has('json'),
    isVerbose: options.has('verbose') || options.has('debug'),
    isDebug: options.has('debug'),
  }
}
