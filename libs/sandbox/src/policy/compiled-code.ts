import { realpathSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { homeFolder } from '@mb/kernel'

/** What is kept there. */
export const compiledCode = 'compiled code that mb starts with'

/**
 * Where the compiled code is that `mb` starts with, without links: a person can move their cache, by a variable or by a link, to where
 * the list of guarded places knows nothing of.
 */
export function compiledCodePlaces(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const moved = env['XDG_CACHE_HOME'] ?? ''
  const place = join(withoutLinks(isAbsolute(moved) ? moved : join(homeFolder(), '.cache')), name)
  return [...new Set([place, withoutLinks(place)])]
}

const name = 'milkbottle'

function withoutLinks(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    // What is not there yet leads nowhere.
    return path
  }
}
