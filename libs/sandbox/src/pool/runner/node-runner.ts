import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeFlags } from '../../node-flags.ts'

/** The program for a pool whose tenants are modules for Node. */
export interface NodeRunner {
  readonly command: string
  readonly args: readonly string[]
  /** What the policy has to let it read. */
  readonly read: readonly string[]
}

/** What the modules may use. */
export interface NodeRunnerOptions {
  /** Files and folders that the policy grants, for the inner layer: Node's own permission model. */
  readonly read?: readonly string[] | undefined
  readonly write?: readonly string[] | undefined
  /** The limit on memory that the sandbox has. */
  readonly memoryBytes?: number | undefined
}

/** Node as this process has it, with the program that waits for a module. {@link activate} sends it one. */
export function nodeRunner({
  read = [],
  write = [],
  memoryBytes,
}: NodeRunnerOptions = {}): NodeRunner {
  const node = realpathSync(process.execPath)
  const program = warmProgram()
  return {
    command: node,
    args: [...nodeFlags({ read: [program, ...read], write, memoryBytes }), program],
    read: [node, program],
  }
}

/** One file beside the built package, or its source beside ours; of a kind that Node knows without looking into folders above it. */
function warmProgram(): string {
  const name = import.meta.url.endsWith('.ts') ? './warm-program.mts' : './warm-program.mjs'
  return realpathSync(fileURLToPath(new URL(name, import.meta.url)))
}
