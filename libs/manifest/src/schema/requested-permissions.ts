import type { z } from 'zod'
import type { Permissions } from '../permissions/permissions.ts'
import { closedPlace } from '../permissions/sensitive-places.ts'
import { permissionsSchema } from './permissions-schema.ts'
import { refuse } from './refuse.ts'

/** The permissions that a manifest may ask for: what no plugin is given is told to its author, not to the person who runs it. */
export const requestedPermissions: z.ZodType<Permissions> = permissionsSchema.superRefine(
  ({ fs }, context) => {
    for (const access of ['read', 'write'] as const)
      for (const [index, { path }] of fs[access].entries()) {
        const holds = closedPlace(path, access)
        if (holds === undefined) continue
        refuse(context, {
          code: 'bad-path',
          message: `Path ${JSON.stringify(path.slice(0, 80))} holds ${holds}, which no plugin is given to ${access}`,
          hint: 'Ask for the folder that the plugin needs, beside it',
          path: ['fs', access, index],
        })
      }
  },
)
