import { resolve } from 'node:path'
import { homeFolder } from '@mb/kernel'
import type { Context } from '../../context.ts'
import type { Asker } from './grants.ts'
import { withoutLinks } from './without-links.ts'

/** The person at the command line. */
export function askerOf({ workspace, env, home }: Context): Asker {
  return {
    workspace: withoutLinks(workspace),
    home: withoutLinks(resolve(homeFolder())),
    env,
    state: [withoutLinks(home)],
  }
}
