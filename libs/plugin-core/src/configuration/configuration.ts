import type { Limits } from '@mb/manifest'
import { defaultPlugins, type PluginsConfiguration } from './plugin-settings.ts'
import type { RepositorySetting } from './repository-setting.ts'
import { sandboxMinimum, type ReceiptItem } from '@mb/sandbox'

/** How much a program tells of what it does. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** All settings of this version. */
export interface Configuration {
  readonly isolation: {
    /** What a sandbox has to prove before a plugin runs in it. @default the items of level `sandbox` */
    readonly minimum: readonly ReceiptItem[]
  }
  /** The most that any plugin gets, whatever its manifest says; what is absent stays as it is by default. */
  readonly limits: Limits
  readonly logging: {
    /** @default 'info' */
    readonly level: LogLevel
  }
  readonly plugins: PluginsConfiguration
  readonly marketplace: {
    /** Whether marketplaces are asked at all. @default true */
    readonly enabled: boolean
    /** In the order of their file; whom to ask first is said by their priority. @default none */
    readonly repositories: readonly RepositorySetting[]
    /** Tokens, by the names of repositories. */
    readonly apiKeys: Readonly<Record<string, string>>
    /** Whether code is scanned before it is installed. @default true */
    readonly securityScan: boolean
  }
}

/** The settings where nobody set anything. */
export const defaultConfiguration: Configuration = {
  isolation: { minimum: sandboxMinimum },
  limits: {},
  logging: { level: 'info' },
  plugins: defaultPlugins,
  marketplace: { enabled: true, repositories: [], apiKeys: {}, securityScan: true },
}
