import { fileURLToPath } from 'node:url'

/** The program that runs inside, and what has to be visible for it. */
export interface Runner {
  readonly file: string
  readonly mounts: readonly string[]
}

/** Finds the runner: one file beside the built package, or its sources beside ours. */
export function findRunner(): Runner {
  if (import.meta.url.endsWith('.ts'))
    return { file: beside('../runner.ts'), mounts: [beside('..'), beside('../../package.json')] }
  return { file: beside('./runner.js'), mounts: [beside('./runner.js')] }
}

function beside(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
