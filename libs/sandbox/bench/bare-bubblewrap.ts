import { spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBuilder } from '../src/backends/find-builder.ts'
import { planJail } from '../src/jail/jail-plan.ts'
import { statusDescriptor } from '../src/loader/loader.ts'
import { resolvePolicy } from '../src/policy.ts'

/** Bubblewrap told to build the same jail, with nobody who looks at what came of it. */
export class BareBubblewrap implements Disposable {
  readonly #folder: string
  readonly #files: readonly string[]
  readonly #command: readonly string[]

  private constructor(command: readonly string[], data: readonly Uint8Array[]) {
    this.#command = command
    this.#folder = mkdtempSync(join(tmpdir(), 'mb-bare-'))
    this.#files = data.map((content, index) => {
      const file = join(this.#folder, String(index))
      writeFileSync(file, content)
      return file
    })
  }

  static async make(): Promise<BareBubblewrap> {
    const builder = await findBuilder('bubblewrap')
    const { command, data } = builder.order(
      planJail(resolvePolicy({}, []), builder.architecture),
      '/',
    )
    const [options = new Uint8Array(), ...files] = data
    const words = Buffer.from(options).toString().split('\0').slice(0, -1)
    const told = words.indexOf('--json-status-fd')
    if (words[told + 1] !== String(statusDescriptor))
      throw new TypeError('The options have another form')
    return new BareBubblewrap([command[0] ?? '', ...words.toSpliced(told, 2), '--'], files)
  }

  /** Runs a program and drops what it prints, as long as that is less than a pipe holds. */
  async run(program: string): Promise<void> {
    const [path = '', ...words] = this.#command
    const files = this.#files.map((file) => openSync(file, 'r'))
    // The options speak of their files by the numbers that the loader would give them.
    const unused = Array.from({ length: 6 }, () => 'ignore' as const)
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...unused, ...files]
    const child = spawn(path, [...words, program], { stdio, env: {} })
    for (const file of files) closeSync(file)
    const [code]: readonly unknown[] = await once(child, 'close')
    if (code !== 0)
      throw new Error(`Cannot run ${program} in bubblewrap: it ended with ${String(code)}`)
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}
