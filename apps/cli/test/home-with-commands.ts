import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A command of an installed plugin, as far as a test cares. */
export interface FakeCommand {
  readonly word: string
  readonly plugin: string
  readonly summary?: string
  readonly arguments?: readonly { readonly name: string; readonly type?: string }[]
  readonly options?: readonly {
    readonly name: string
    readonly type?: string
    readonly short?: string
    readonly choices?: readonly string[]
  }[]
}

/** A home of its own whose command index holds some commands. */
export async function homeWithCommands(
  commands: readonly FakeCommand[],
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'mb-home-'))
  const index = {
    version: 1,
    generation: 1,
    commands: commands.map((command) => ({
      version: '1.0.0',
      command: command.word,
      summary: 'Print an outline',
      ...command,
      arguments: (command.arguments ?? [{ name: 'file', type: 'file' }]).map((each) => ({
        type: 'string',
        required: true,
        variadic: false,
        ...each,
      })),
      options: (command.options ?? [{ name: 'depth', type: 'integer' }]).map((each) => ({
        type: 'string',
        required: false,
        ...each,
      })),
    })),
  }
  await writeFile(join(path, 'index.json'), JSON.stringify(index))
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}
