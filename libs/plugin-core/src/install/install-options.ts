import type { Logger } from '@mb/kernel'
import type { Consent } from '../consent/consent.ts'
import type { FetchRules } from '../fetch/fetch-rules.ts'
import type { TrialRules } from '../update/try-version.ts'
import type { ChangeContext } from './commit-change.ts'
import type { InstallPlan } from './install-plan.ts'
import type { FetchProgress, PackageRepository } from './package-repository.ts'
import type { Scan } from './scan.ts'

/** How a plugin is installed. */
export interface InstallOptions extends DependencyOptions {
  /** Where the plugins come from that it needs. @default only what is installed */
  readonly repository?: PackageRepository | undefined
  /** First half of its id. @default 'local' */
  readonly namespace?: string
  /** PEM of the key that has to have signed it. It replaces the pinned one: naming it is how a new key is accepted. */
  readonly publicKey?: string | undefined
  /** Installs again what is installed, also with other content under the same version. @default false */
  readonly force?: boolean | undefined
  /** Word of a command, where it is not to be the command's own name. */
  readonly words?: Readonly<Record<string, string>> | undefined
  /** Runs the plugin in the folder that it lies in, which is somebody's who develops it, instead of copying it. @default false */
  readonly link?: boolean | undefined
  /** SHA-256 that the bytes of its archive have to have, in hex. */
  readonly sha256?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Told how much of the package has come. */
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
  /** Told what begins now. */
  readonly onStep?: ((step: InstallStep) => void) | undefined
}

/** Whether the plugins that a plugin needs come with it. */
export interface DependencyOptions {
  /** Whether they do. @default true */
  readonly dependencies?: boolean | undefined
  /** Whether optional ones do, where they can. @default true */
  readonly optional?: boolean | undefined
  /** Told what is going to be installed, before anybody is asked. */
  readonly onPlan?: ((plan: InstallPlan) => void) | undefined
}

/** How a plugin is installed from a repository, whose ids have their namespace. */
export interface InstallFromOptions extends Omit<
  InstallOptions,
  'namespace' | 'link' | 'sha256' | 'repository'
> {
  /** Id of a signer's key that is accepted in place of the one before. */
  readonly acceptKey?: string | undefined
}

/** One of the steps of an installation, in their order; what lies on this machine needs no `find` and no `fetch`. */
export type InstallStep = 'find' | 'fetch' | 'verify' | 'scan' | 'consent' | 'try' | 'commit'

/** Where plugins are installed, and who is asked. */
export interface InstallContext extends ChangeContext {
  readonly consent: Consent | undefined
  readonly scan: Scan | undefined
  readonly logger: Logger
  readonly reservedWords: ReadonlySet<string>
  readonly workspace: string
  /** Where packages may come from, and how they are fetched. */
  readonly fetching: FetchRules
  /** How many versions of a plugin are kept beside the active one. */
  readonly keepVersions: number
  /** How what takes the place of another version is tried out before it is real. */
  readonly trial?: TrialRules | undefined
}
