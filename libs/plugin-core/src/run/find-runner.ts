import { fileURLToPath } from 'node:url'

/** The program that runs inside, and what has to be visible for it. */
export interface Runner {
  readonly file: string
  readonly mounts: readonly string[]
}

/** Finds the runner: one file beside the built package, or its sources beside ours. */
export function findRunner(): Runner {
  const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
  if (import.meta.url.endsWith('.ts'))
    return { file: at('../runner.ts'), mounts: [at('..'), at('../../package.json')] }
  return { file: at('./runner.js'), mounts: [at('./runner.js')] }
}
