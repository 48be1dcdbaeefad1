import { homedir } from 'node:os'

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
