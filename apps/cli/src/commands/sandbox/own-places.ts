import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isInside } from '@mb/kernel'
import { checkPolicy } from '@mb/sandbox'
import type { Context } from '../../context.ts'
import type { JailRequest } from './jail-request.ts'
import { withoutLinks } from './without-links.ts'

/** Hides our own keys and tokens, where they lie in what is asked for: whoever has them can publish as this person. */
export function hideOwnKeys(request: JailRequest, home: string): JailRequest {
  const asked = [...request.read, ...request.write, ...request.dangerous].map(withoutLinks)
  const kept = ['keys', 'credentials.json']
    .map((name) => withoutLinks(join(home, name)))
    .filter((path) => existsSync(path) && asked.some((each) => isRelated(each, path)))
  return kept.length === 0 ? request : { ...request, deny: [...request.deny, ...kept] }
}

/**
 * Refuses to let our own state be changed: grants and plugins in it decide what runs later.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY`
 */
export async function refuseOwnState(
  { write }: JailRequest,
  { home }: Pick<Context, 'home'>,
): Promise<void> {
  const state = [withoutLinks(home)]
  const near = write.filter((path) => state.some((own) => isRelated(withoutLinks(path), own)))
  // Its own places the library cannot know; most runs ask for none of them.
  if (near.length > 0) await checkPolicy({ fs: { write: near } }, { state })
}

function isRelated(a: string, b: string): boolean {
  return isInside(a, b) || isInside(b, a)
}
