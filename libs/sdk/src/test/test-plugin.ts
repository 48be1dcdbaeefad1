import { resolve } from 'node:path'
import { checkDirectory, readProjectPackage } from '../project.ts'
import { runScript } from '../run-script.ts'
import type { CommandOutput } from '../run-command.ts'

/** How {@link testPlugin} runs. */
export interface TestPluginOptions {
  /** Where the tests' output goes. @default 'pipe' */
  readonly stdio?: CommandOutput | undefined
  /** After this the tests are ended and have failed. @default Infinity */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** How the tests of a plugin ended. */
export interface TestResult {
  readonly ok: boolean
  /** Of the test script; 124 after the time limit. */
  readonly code: number
  readonly ms: number
  /** The last 64 KiB of what was printed, with `stdio: 'pipe'`. */
  readonly output: string
}

/**
 * Runs the `test` script of a plugin's package.json, by the package manager that the plugin uses. The plugin's own
 * code runs, with all rights of whoever calls: test what you trust.
 *
 * @throws SdkError `MB_SDK_PROJECT_MISSING`, `MB_SDK_PROJECT_INVALID`, `MB_SDK_SCRIPT_MISSING`,
 * `MB_SDK_NOT_INSTALLED`, `MB_SDK_COMMAND_MISSING`
 */
export async function testPlugin(
  directory: string,
  options: TestPluginOptions = {},
): Promise<TestResult> {
  const folder = resolve(directory)
  await checkDirectory(folder)
  const project = await readProjectPackage(folder)
  const { code, ms, output } = await runScript(folder, 'test', project, options)
  return { ok: code === 0, code, ms, output }
}
