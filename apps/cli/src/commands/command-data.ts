/** What completion offers for a value. */
export type Completes = 'file' | 'dir' | 'plugin' | 'key' | 'repository' | 'permission'

/** A positional value of a command. */
export interface ArgumentData {
  readonly name: string
  readonly summary: string
  readonly required?: boolean
  readonly variadic?: boolean
  readonly choices?: readonly string[]
  readonly default?: string
  readonly completes?: Completes
}

/** A named value or switch of a command. */
export interface OptionData {
  /** The long name without dashes; `no-…` switches off what is on. */
  readonly name: string
  /** One letter. */
  readonly short?: string
  readonly summary: string
  /** What stands for the value in help, such as `PATH`; an option without it is a switch. */
  readonly value?: string
  /** The value may be left out. */
  readonly isValueOptional?: boolean
  readonly isRequired?: boolean
  readonly isRepeatable?: boolean
  readonly choices?: readonly string[]
  /** The choice that means the same as `--json`. */
  readonly jsonChoice?: string
  readonly default?: string
  readonly completes?: Completes
}

/** A line that can be typed as it stands, and what it does. */
export interface ExampleData {
  readonly command: string
  readonly summary: string
}

/** An exit code that means something special for one command. */
export interface ExitCodeData {
  readonly code: string
  readonly meaning: string
}

/** Everything that help, completion and parsing need to know of a command: plain data, no code. */
export interface CommandData {
  /** The words after `mb`. */
  readonly path: readonly string[]
  /** Other words for the last one. */
  readonly aliases?: readonly string[]
  readonly summary: string
  /** What the summary cannot say, in whole sentences. */
  readonly description?: string
  readonly arguments: readonly ArgumentData[]
  readonly options: readonly OptionData[]
  readonly examples: readonly ExampleData[]
  readonly exitCodes?: readonly ExitCodeData[]
  /** From the first operand on, everything belongs to somebody else's command line. */
  readonly isPassThrough?: boolean
  /** The plugin that contributes this command. */
  readonly plugin?: PluginSource
}

/** Whose command it is. */
export interface PluginSource {
  readonly id: string
  readonly command: string
}

/** A word that stands for several commands. */
export interface GroupData {
  readonly path: readonly string[]
  readonly summary: string
}
