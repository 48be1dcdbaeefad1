import { loaded, type LoadedCommand } from '../command-module.ts'

/**
 * All of `mb sandbox run`, from the first word to the last, bundled as CommonJS: to find and read thirty ES modules, or three
 * bundles that each hold the catalogue, takes longer than a jail.
 *
 * @module
 */
export { main } from '../main.ts'
export { answer } from '../start/router.ts'

export async function loadSandboxRun(): Promise<LoadedCommand> {
  return loaded(await import('./sandbox/run.ts'))
}
