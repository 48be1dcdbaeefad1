import type { Limits } from '@mb/manifest'
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
}

/** The settings where nobody set anything. */
export const defaultConfiguration: Configuration = {
  isolation: { minimum: sandboxMinimum },
  limits: {},
  logging: { level: 'info' },
}
