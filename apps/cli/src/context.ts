import type { Catalogue } from './catalogue.ts'
import type { Output } from './output/output.ts'
import type { Progress } from './output/progress.ts'
import type { Settings } from './parse/settings.ts'

/** What a command is given beside its own arguments. */
export interface Context {
  readonly home: string
  /** The folder that the person is in. */
  readonly workspace: string
  readonly env: NodeJS.ProcessEnv
  readonly settings: Settings
  readonly catalogue: Catalogue
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Standard error: what is said beside the result. */
  readonly aside: Output
  /** Whether a person is there to be asked: standard input and standard error are a terminal, and nobody wants JSON. */
  readonly isInteractive: boolean
  /** Asks the person a yes-or-no question; no is the default. Only when {@link Context.isInteractive}. */
  readonly ask: (question: string) => Promise<boolean>
  /** Asks for what nobody else may see. Only when {@link Context.isInteractive}. */
  readonly askSecret: (question: string) => Promise<string>
  /** Standard input to its end. */
  readonly readInput: (maxBytes: number) => Promise<string>
}
