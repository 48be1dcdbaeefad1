import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where everything that `mb` keeps for a person lives: `MB_HOME`, or `.milkbottle` in their home. */
export function homeDirectory(env: NodeJS.ProcessEnv): string {
  const moved = env['MB_HOME']
  return moved === undefined || moved === '' ? join(homedir(), '.milkbottle') : resolve(moved)
}
