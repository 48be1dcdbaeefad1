import { CliError } from '../../../cli-error.ts'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { openWithToken } from '../open-marketplace.ts'

/** What happened to a key. */
interface KeyRemoval {
  readonly repository: string
  readonly namespace: string
  readonly keyId: string
  readonly removed: boolean
}

/** Lets a key sign no more, once the person said so. */
export async function run(invocation: Invocation, context: Context): Promise<KeyRemoval> {
  const { signal } = context
  const namespace = invocation.argument('namespace')
  const keyId = invocation.argument('key-id')
  const { marketplace, repository } = await openWithToken(context, invocation.option('repository'))
  const removal = { repository: repository.name, namespace, keyId }
  if (!invocation.has('yes') && !(await isMeant(removal, context)))
    return { ...removal, removed: false }
  await context.progress.during(
    'Removing the key',
    marketplace.removeKey(repository.name, namespace, keyId, { signal }),
  )
  return { ...removal, removed: true }
}

async function isMeant(
  { namespace, keyId }: Omit<KeyRemoval, 'removed'>,
  context: Context,
): Promise<boolean> {
  if (context.isInteractive)
    return context.ask(
      `Remove key ${keyId.slice(0, 16)}… of ${namespace}? It signs no new version any more.`,
    )
  throw new CliError(
    'MB_CLI_NO_TERMINAL',
    `Cannot remove key "${keyId}": there is no terminal to ask whether that is meant`,
    { hint: 'Say so with --yes' },
  )
}

/** Says what happened. */
export function render({ namespace, keyId, removed }: KeyRemoval, output: Output): void {
  const { style } = output
  if (removed)
    output.line(text`${style.good('✓')} Key ${keyId} signs no more for ${style.strong(namespace)}`)
  else output.line(text`Kept key ${keyId} of ${style.strong(namespace)}`)
}
