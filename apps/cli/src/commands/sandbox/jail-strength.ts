import { levelItems, type BackendName, type ReceiptItem } from '@mb/sandbox'
import { CliError } from '../../cli-error.ts'
import { readMinimum } from '../../configuration.ts'
import type { Context } from '../../context.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { isBackend, isLevel } from './strength-names.ts'

/** How strong a jail has to be, and who builds it. Only a person says so, on the command line or in their own settings. */
export interface JailStrength {
  readonly backend?: BackendName
  /** What has to be proved. */
  readonly minimum: readonly ReceiptItem[] | undefined
}

/**
 * The strength that the options ask for, else that of the settings.
 *
 * @throws CliError `MB_CLI_USAGE` where they contradict each other
 */
export async function readStrength(
  invocation: Invocation,
  context: Context,
): Promise<JailStrength> {
  const backend = choice(invocation.option('backend'), isBackend)
  const isNone = backend === 'none'
  const level = choice(invocation.option('level'), isLevel) ?? (isNone ? 'none' : undefined)
  if (level === 'none' && !isNone)
    throw contradiction('--level none proves nothing', 'Say --backend none as well, if you mean it')
  if (level !== 'none' && isNone)
    throw contradiction('--backend none proves nothing', 'Leave out --level, or --backend')
  return {
    minimum: level === undefined ? await readMinimum(context) : levelItems(level),
    ...(backend === undefined ? {} : { backend }),
  }
}

/** The command's data has let through nothing but what there is. */
function choice<Name extends string>(
  text: string | undefined,
  isOne: (text: string) => text is Name,
): Name | undefined {
  return text !== undefined && isOne(text) ? text : undefined
}

function contradiction(problem: string, hint: string): CliError {
  return new CliError('MB_CLI_USAGE', `Cannot run "mb sandbox run": ${problem}`, { hint })
}
