import { registerHooks } from 'node:module'

/** From here on, imports of our packages take their sources, as `--conditions=@mb/source` does for a whole process. */
export function importFromSource(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ['@mb/source', ...context.conditions] }),
  })
}
