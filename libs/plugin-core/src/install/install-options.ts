import type { Logger } from '@mb/kernel'
import type { Consent } from '../consent/consent.ts'
import type { ChangeContext } from './commit-change.ts'
import type { FetchProgress } from './package-repository.ts'
import type { Scan } from './scan.ts'

/** How a plugin is installed. */
export interface InstallOptions {
  /** First half of its id. @default 'local' */
  readonly namespace?: string
  /** PEM of the key that has to have signed it. It replaces the pinned one: naming it is how a new key is accepted. */
  readonly publicKey?: string | undefined
  /** Installs again what is installed, also with other content under the same version. @default false */
  readonly force?: boolean | undefined
  /** Word of a command, where it is not to be the command's own name. */
  readonly words?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
  /** Told what begins now. */
  readonly onStep?: ((step: InstallStep) => void) | undefined
}

/** How a plugin is installed from a repository, whose ids have their namespace. */
export interface InstallFromOptions extends Omit<InstallOptions, 'namespace'> {
  /** Id of a signer's key that is accepted in place of the one before. */
  readonly acceptKey?: string | undefined
  /** Told how much of the package has come. */
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
}

/** One of the steps of an installation, in their order; a folder or an archive needs no `find` and no `fetch`. */
export type InstallStep = 'find' | 'fetch' | 'verify' | 'scan' | 'consent' | 'commit'

/** Where plugins are installed, and who is asked. */
export interface InstallContext extends ChangeContext {
  readonly consent: Consent | undefined
  readonly scan: Scan | undefined
  readonly logger: Logger
  readonly reservedWords: ReadonlySet<string>
  readonly workspace: string
  /** How many versions of a plugin are kept beside the active one. */
  readonly keepVersions: number
}
