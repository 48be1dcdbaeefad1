import type { EnrolledKey } from '@mb/marketplace-protocol'
import { openKeyStore } from '@mb/sdk'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { openRepository } from '../open-marketplace.ts'

/** The keys of a namespace; `mine` is what a key is called here, if it is here. */
interface NamespaceKeys {
  readonly repository: string
  readonly namespace: string
  readonly keys: readonly (EnrolledKey & { readonly mine: string | null })[]
}

/** Reads which keys may sign for a namespace. */
export async function run(invocation: Invocation, context: Context): Promise<NamespaceKeys> {
  const namespace = invocation.argument('namespace')
  const { marketplace, repository } = await openRepository(context, invocation.option('repository'))
  const { keys } = await context.progress.during(
    'Asking the marketplace',
    marketplace.keys(repository.name, namespace, { signal: context.signal }),
  )
  const mine = await openKeyStore(context.home).list()
  return {
    repository: repository.name,
    namespace,
    keys: keys.map((key) => ({
      ...key,
      mine: mine.find(({ keyId }) => keyId === key.keyId)?.name ?? null,
    })),
  }
}

/** Shows them, each id on a line of its own: it is what people compare and copy. */
export function render({ repository, namespace, keys }: NamespaceKeys, output: Output): void {
  const { style } = output
  if (keys.length === 0) {
    output.line(
      text`No key may sign for ${style.strong(namespace)} in ${repository}. ${style.faint(`\`mb marketplace keys enrol ${namespace}\` enrols one.`)}`,
    )
    return
  }
  for (const { keyId, enrolledAt, mine } of keys) {
    const owner = mine === null ? '' : text`, yours: ${style.good(mine)}`
    output.line(text`${style.strong(keyId)}`)
    output.line(text`  ${style.faint(`enrolled ${enrolledAt}`)}${owner}`)
  }
}
