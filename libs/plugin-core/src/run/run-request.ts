import type { Clock, Logger } from '@mb/kernel'
import type { Limits, Manifest, Permissions } from '@mb/manifest'
import type { NetworkOptions, Receipt, ReceiptItem, SecurityReport, Usage } from '@mb/sandbox'
import type { PluginChoices } from './plugin-configuration.ts'

/** Which plugin is started, and for whom. */
export interface StartRequest {
  /** `namespace/name`. */
  readonly id: string
  readonly directory: string
  /** Of its files, for the record: those that were verified, or of a linked plugin those of this moment. */
  readonly digest?: string | undefined
  /** Settles when its files are known to be those that were verified: nothing of them runs before. @default they are */
  readonly untouched?: Promise<void> | undefined
  readonly manifest: Manifest
  /** What it may do: what it asks for, as far as that was granted. */
  readonly permissions: Permissions
  readonly home: string
  /** The folder that the person is in. */
  readonly workspace: string
  /** The person's own streams, or none with what is written kept for the result. @default 'pipe' */
  readonly stdio?: 'inherit' | 'pipe' | undefined
  /** Where standard input comes from. @default 'inherit' with `stdio: 'inherit'`, else 'ignore' */
  readonly stdin?: 'inherit' | 'ignore' | undefined
  /** Whether a person waits for it in the foreground: more memory, and no limit on time. @default false */
  readonly interactive?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** The protections that have to be proved. @default sandboxMinimum */
  readonly minimum?: readonly ReceiptItem[] | undefined
  /** How this machine reaches others. Asked for only where the plugin may make connections. @default directly */
  readonly network?: (() => HostNetwork) | undefined
  /** The most that the host gives any plugin. */
  readonly limits?: Limits | undefined
  /** What the person set for plugins. @default nothing */
  readonly plugins?: PluginChoices | undefined
  /** Told how far a long command is. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly logger: Logger
  readonly clock: Clock
}

/** Which command of which installed plugin is run, and for whom. */
export interface RunRequest extends StartRequest {
  /** The command's name in the manifest. */
  readonly command: string
  /** What the person typed, by name; checked and converted before anything starts. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined
  readonly options?: Readonly<Record<string, unknown>> | undefined
}

/** What a plugin is asked as such, and for how long. */
export interface UpkeepRequest extends StartRequest {
  readonly stage: 'migrate' | 'health'
  readonly params: Readonly<Record<string, unknown>>
  readonly timeoutMs: number
  /** What it keeps, where that is not its own: copies, in the home. */
  readonly kept?: { readonly data: string; readonly keyValues: string } | undefined
}

/** How connections are made for a plugin that was granted some. */
export type HostNetwork = Omit<NetworkOptions, 'onDecision'>

/** How far a command is. */
export interface Progress {
  /** One harmless line. */
  readonly message: string
  /** From 0 to 1. */
  readonly fraction?: number
}

/** What came of a run. */
export interface RunResult {
  /** What the command returned, as JSON; undefined when it returned nothing. */
  readonly value: unknown
  readonly receipt: Receipt
  readonly usage: Usage
  /** What it was allowed, what it tried beyond that, and whom it has reached. */
  readonly report: SecurityReport
  /** What it wrote, with `stdio: 'pipe'`. */
  readonly stdout?: string
  readonly stderr?: string
}
