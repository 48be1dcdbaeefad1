import { statSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { homeDirectory } from '../home.ts'

/**
 * Keeps compiled code in the home for the next start. Nowhere else: in a folder that others can write to, they could
 * leave code for us. A home is not made for it.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  const home = homeDirectory(env)
  if (statSync(home, { throwIfNoEntry: false })?.isDirectory() === true)
    enableCompileCache(join(home, 'cache', 'compile'))
}
