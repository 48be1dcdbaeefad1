import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { findTrusted } from '../../machine/trusted-tool.ts'

/** Takes a folder of ours away that a stranger has filled: also folders that are closed, and those too deep to be named. */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 })
  } catch {
    const [chmod, remove] = [findTrusted('chmod'), findTrusted('rm')]
    if (chmod === undefined || remove === undefined) throw new Error(`Cannot remove "${folder}"`)
    const run = promisify(execFile)
    // Neither follows a link, and both go from folder to folder instead of by whole names.
    await run(chmod.path, ['-R', 'u+rwX', '--', folder], { env: {} }).catch(() => {})
    await run(remove.path, ['-rf', '--', folder], { env: {} })
  }
}
