import { join, resolve } from 'node:path'
import { homeFolder } from '@mb/kernel'

/** Where everything that `mb` keeps for a person lives: `MB_HOME`, or `.milkbottle` in their home. */
export function homeDirectory(env: NodeJS.ProcessEnv): string {
  const moved = env['MB_HOME']
  return moved === undefined || moved === '' ? join(homeFolder(), '.milkbottle') : resolve(moved)
}
