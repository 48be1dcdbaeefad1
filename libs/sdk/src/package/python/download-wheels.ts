import { resolve } from 'node:path'
import { SdkError } from '../../sdk-error.ts'
import { commandFailed } from '../../command-failed.ts'
import { runCommand } from '../../run-command.ts'
import type { Pins } from './pins.ts'

/** How wheels are fetched. */
export interface DownloadOptions {
  /** The project's folder. */
  readonly directory: string
  /** Where they shall lie. */
  readonly folder: string
  /** The platform that they are for; undefined for all. */
  readonly target: string | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * Fetches the pinned wheels by the person's own pip, as it is set up. Only what has a known digest comes, and nothing of
 * it is run: without sources there is nothing to build.
 *
 * @throws SdkError `MB_SDK_COMMAND_MISSING`, `MB_SDK_COMMAND_FAILED`
 */
export async function downloadWheels(
  pins: Pins,
  { directory, folder, target, signal }: DownloadOptions,
): Promise<void> {
  const words = ['python3', ...pipWords(resolve(pins.file), folder, target)] as const
  const [command, ...args] = words
  // `python3 -m` looks for pip, and pip for its modules, where it is started first: in a project they could be anybody's.
  const result = await runCommand(command, args, { cwd: folder, signal })
  if (result.code === 0) return
  if (!result.output.includes('No module named pip')) throw commandFailed(words, directory, result)
  throw new SdkError('MB_SDK_COMMAND_MISSING', 'Cannot fetch wheels: Python has no pip here', {
    hint: 'Install it as your system does (apt install python3-pip), or put the wheels into wheels/',
  })
}

function pipWords(file: string, folder: string, target: string | undefined): readonly string[] {
  const quiet = ['--disable-pip-version-check', '--no-input']
  const wheels = ['--only-binary=:all:', '--no-deps', '--require-hashes', ...platformWords(target)]
  return ['-m', 'pip', 'download', ...quiet, ...wheels, '--dest', folder, '--requirement', file]
}

/** pip takes the wheels of its own machine, unless it is told what for. */
function platformWords(target: string | undefined): readonly string[] {
  if (target === undefined) return ['--platform=any', '--implementation=py', '--abi=none']
  return (pipPlatforms[target] ?? []).map((platform) => `--platform=${platform}`)
}

const pipPlatforms: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': ['manylinux_2_28_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
  'linux-arm64': ['manylinux_2_28_aarch64', 'manylinux_2_17_aarch64', 'manylinux2014_aarch64'],
  'linux-x64-musl': ['musllinux_1_2_x86_64', 'musllinux_1_1_x86_64'],
  'linux-arm64-musl': ['musllinux_1_2_aarch64', 'musllinux_1_1_aarch64'],
  'darwin-x64': ['macosx_11_0_x86_64', 'macosx_10_9_x86_64'],
  'darwin-arm64': ['macosx_11_0_arm64'],
  'win32-x64': ['win_amd64'],
  'win32-arm64': ['win_arm64'],
}
