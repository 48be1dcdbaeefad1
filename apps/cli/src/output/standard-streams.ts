import { fstatSync, statSync } from 'node:fs'
import { devNull } from 'node:os'

/** The streams that a program prints on. To make one takes a millisecond: it is made when it is first used, and mostly it is not. */
export class StandardStreams {
  readonly #program: NodeJS.Process
  readonly #tell: (error: Error) => void
  #stdout: NodeJS.WriteStream | undefined
  #stderr: NodeJS.WriteStream | undefined

  /** @param tell called with the first failure of the standard output, unless nobody reads it any more */
  constructor(program: NodeJS.Process, tell: (error: Error) => void) {
    this.#program = program
    this.#tell = tell
  }

  get stdout(): NodeJS.WriteStream {
    return (this.#stdout ??= this.#watchOutput(watched(this.#program.stdout)))
  }

  get stderr(): NodeJS.WriteStream {
    return (this.#stderr ??= watched(this.#program.stderr))
  }

  #watchOutput(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
    return stdout.once('error', (error: NodeJS.ErrnoException) => {
      // Whoever reads our output may stop before its end (`mb plugin list | head -1`). What is under way is finished.
      if (error.code === 'EPIPE') return
      this.#tell(error)
      // After whatever the work that is under way sets.
      this.#program.once('exit', () => {
        this.#program.exitCode = 1
      })
    })
  }
}

/** Each failed write is an error of its own; the first one says it all, and one of stderr cannot be told. */
function watched(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', () => {})
}

const descriptors = { stdout: 1, stderr: 2 } as const

/** Whether a person looks at a stream. */
export function isTerminal(name: keyof typeof descriptors): boolean {
  const facts = fstatSync(descriptors[name])
  return (
    facts.isCharacterDevice() &&
    facts.rdev !== statSync(devNull).rdev &&
    process.getBuiltinModule('node:tty').isatty(descriptors[name])
  )
}
