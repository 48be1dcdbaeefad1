import type { z } from 'zod'
import type { CommandDeclaration } from '../manifest.ts'
import { typePermissions } from '../permissions/type-permissions.ts'
import type { PluginType } from '../plugin-type.ts'
import { refuse } from './refuse.ts'

/** Holds what a plugin lets people name against what its type may do with it: a validator does not write. */
export function checkTypeCeiling(
  manifest: {
    readonly type?: PluginType
    readonly commands: readonly CommandDeclaration[]
  },
  context: z.RefinementCtx,
): void {
  const { type } = manifest
  if (type === undefined || typePermissions[type].includes('named.write')) return
  const makers = Object.entries(typePermissions)
    .filter(([, permissions]) => permissions.includes('named.write'))
    .map(([name]) => name)
  manifest.commands.forEach((command, place) => {
    for (const key of ['arguments', 'options'] as const)
      command[key].forEach(({ access }, index) => {
        if (access !== 'write') return
        refuse(context, {
          code: 'bad-value',
          message: `A plugin of type "${type}" does not write to what the person names`,
          path: ['commands', place, key, index, 'access'],
          hint: `Write another type: ${makers.join(', ')}`,
        })
      })
  })
}
