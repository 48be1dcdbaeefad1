import type { Repository } from '@mb/marketplace-client'
import type { Context } from '../../../context.ts'
import { findToken, type TokenSource } from '../../../credentials/find-token.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { readSettings } from '../settings.ts'

/** A marketplace, and whether there is a token for it. */
interface ListedRepository {
  readonly name: string
  readonly url: string
  readonly priority: number
  /** Null for any. */
  readonly namespaces: readonly string[] | null
  /** Null without a token. */
  readonly token: TokenSource | null
}

/** The priority where none is set. */
const usualPriority = 100

/** Reads which marketplaces are set up, in the order that they are asked. */
export async function run(
  _invocation: Invocation,
  context: Context,
): Promise<readonly ListedRepository[]> {
  const { repositories, apiKeys } = await readSettings(context)
  const chosen = repositories.length === 1 ? repositories[0] : undefined
  const listed = await Promise.all(
    repositories.map(async (repository) => ({
      ...listedRepository(repository),
      token: (await findToken(repository, { context, apiKeys, chosen }))?.source ?? null,
    })),
  )
  return listed.toSorted((a, b) => a.priority - b.priority)
}

function listedRepository(repository: Repository): Omit<ListedRepository, 'token'> {
  const { name, url, priority = usualPriority, namespaces } = repository
  return { name, url, priority, namespaces: namespaces ?? null }
}

/** Shows them as a table. */
export function render(repositories: readonly ListedRepository[], output: Output): void {
  const { style } = output
  if (repositories.length === 0) {
    output.line(
      text`No marketplace is set up. ${style.faint('`mb marketplace repositories add NAME URL` adds one.')}`,
    )
    return
  }
  output.table(
    ['marketplace', 'address', 'priority', 'namespaces', 'token'],
    repositories.map(({ name, url, priority, namespaces, token }) => [
      style.strong(name),
      url,
      priority,
      namespaces === null ? 'any' : namespaces.join(', '),
      token === null ? style.faint('none') : style.good(token),
    ]),
  )
}
