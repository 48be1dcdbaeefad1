/** Value of an option or argument, as it was typed. */
export type Given = string | true | readonly string[]

/** What a person typed for one command, each value by its name. */
export class Invocation {
  readonly #arguments: ReadonlyMap<string, Given>
  readonly #options: ReadonlyMap<string, Given>

  constructor(args: ReadonlyMap<string, Given>, options: ReadonlyMap<string, Given>) {
    this.#arguments = args
    this.#options = options
  }

  /** An argument that the command cannot do without, or that has a default. */
  argument(name: string): string {
    const value = this.#arguments.get(name)
    if (typeof value === 'string') return value
    throw new TypeError(`Cannot read argument "${name}": the command declares no such value`)
  }

  /** An argument that may be left out. */
  optionalArgument(name: string): string | undefined {
    const value = this.#arguments.get(name)
    return typeof value === 'string' ? value : undefined
  }

  /** The values of a variadic argument. */
  rest(name: string): readonly string[] {
    const value = this.#arguments.get(name)
    return typeof value === 'object' ? value : []
  }

  /** The value of an option, if it was given or has a default. */
  option(name: string): string | undefined {
    const value = this.#options.get(name)
    return typeof value === 'string' ? value : undefined
  }

  /** The values of an option that may be given again. */
  list(name: string): readonly string[] {
    const value = this.#options.get(name)
    return typeof value === 'object' ? value : []
  }

  /** Whether a switch was given, or an option with or without its optional value. */
  has(name: string): boolean {
    return this.#options.has(name)
  }

  /** Everything as plain records, for a plugin. */
  toRecords(): {
    readonly arguments: Readonly<Record<string, Given>>
    readonly options: Readonly<Record<string, Given>>
  } {
    return {
      arguments: Object.fromEntries(this.#arguments),
      options: Object.fromEntries(this.#options),
    }
  }
}
