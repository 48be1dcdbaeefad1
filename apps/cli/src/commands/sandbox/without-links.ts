import { realpathSync } from 'node:fs'

/** The path by which something is seen inside a jail; what does not exist stays as it is, and is refused later. */
export function withoutLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
