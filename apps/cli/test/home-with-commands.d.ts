/** A command of an installed plugin, as far as a test cares. */
export interface FakeCommand {
  readonly word: string
  readonly plugin: string
  readonly summary?: string
  readonly arguments?: readonly {
    readonly name: string
    readonly type?: string
  }[]
  readonly options?: readonly {
    readonly name: string
    readonly type?: string
    readonly short?: string
    readonly choices?: readonly string[]
  }[]
}
/** A home of its own whose command index holds some commands. */
export declare function homeWithCommands(commands: readonly FakeCommand[]): Promise<
  AsyncDisposable & {
    readonly path: string
  }
>
