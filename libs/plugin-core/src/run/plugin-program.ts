import type { Manifest } from '@mb/manifest'
import { checkPackages } from './check-packages.ts'
import { nodeProgram } from './node-program.ts'
import { pythonProgram } from './python-program.ts'

/** What is started inside the sandbox, and what has to be visible for it. */
export interface PluginProgram {
  /** The file that is executed, without links. */
  readonly command: string
  readonly arguments: readonly string[]
  /** Beside the plugin's own files and what was granted. */
  readonly mounts: readonly string[]
  /** Whether it is ours alone until the plugin is initialized, so that it may begin while the plugin's files are still looked at. */
  readonly isOurs: boolean
}

/** What a program is made for. */
export interface ProgramRequest {
  readonly id: string
  readonly manifest: Manifest
  /** The plugin's files. Real path. */
  readonly code: string
  /** Paths that were granted or named. */
  readonly read: readonly string[]
  readonly write: readonly string[]
  readonly memoryBytes: number | undefined
  /** Whether it may make connections. */
  readonly hasNetwork: boolean
}

/** The languages that plugins can be written in, by what runs them. */
export const runtimes: readonly Manifest['runtime'][] = ['node', 'python']

/**
 * The program that a plugin runs in. It speaks `mbp/1` on descriptor 3 and loads the plugin's entry.
 *
 * @throws PluginError `MB_PLUGIN_RUNTIME` when this machine lacks what runs the plugin, `MB_PLUGIN_PACKAGES` when the
 * plugin lacks packages that it declares
 */
export async function pluginProgram(request: ProgramRequest): Promise<PluginProgram> {
  await checkPackages(request)
  return request.manifest.runtime === 'python'
    ? await pythonProgram(request)
    : await nodeProgram(request)
}
