import type { GuardedNames } from '../policy/guarded-names.ts'
import type { SandboxedProcess, Violation } from '../sandbox.ts'

/** The program, at whose end guarded names that it changed are put back, and told as violations. */
export function guardNames(program: SandboxedProcess, names: GuardedNames): SandboxedProcess {
  if (names.isEmpty) return program
  let changed: readonly Violation[] = []
  const exited = program.exited.then((exit) => {
    changed = names.putBack().map((name) => ({ kind: 'protected-path', name, count: 1 }))
    return { ...exit, violations: [...exit.violations, ...changed] }
  })
  return {
    pid: program.pid,
    stdin: program.stdin,
    stdout: program.stdout,
    stderr: program.stderr,
    channel: program.channel,
    receipt: program.receipt,
    exited,
    get violations() {
      return [...program.violations, ...changed]
    },
    kill: (signal) => program.kill(signal),
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]()
      await exited
    },
  }
}
