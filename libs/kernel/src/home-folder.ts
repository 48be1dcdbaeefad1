import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The home folder of whoever runs this program, as the environment names it, else the list of users; `/` where neither does, as
 * for the number of a container that is in no list. Never throws.
 */
export function homeFolder(): string {
  try {
    return homedir()
  } catch {
    return '/'
  }
}

/** A path as people write it: a `~` for its first part stands for {@link homeFolder}. */
export function inHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeFolder(), path.slice(1)) : path
}
