import { loaded, type LoadedCommand } from '../command-module.ts'

/**
 * The code of `mb sandbox run`, bundled as CommonJS with all that it uses: to find and read thirty ES modules takes longer than a jail.
 *
 * @module
 */
export async function loadSandboxRun(): Promise<LoadedCommand> {
  return loaded(await import('./sandbox/run.ts'))
}
