import { editRepositories } from '@mb/plugin-core/configuration'
import type { Context } from '../../../context.ts'
import { Credentials } from '../../../credentials/credentials.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { unknownRepository } from '../repository-choice.ts'

/** What was removed. */
interface RemovedRepository {
  readonly name: string
  readonly url: string
  /** Whether a token for it was here. */
  readonly forgotten: boolean
}

/** Removes a marketplace from the person's settings, and its token. */
export async function run(invocation: Invocation, context: Context): Promise<RemovedRepository> {
  const { home } = context
  const name = invocation.argument('name')
  let url: string | undefined
  await editRepositories(home, (present) => {
    const removed = present.find((each) => each.name === name)
    if (removed === undefined)
      throw unknownRepository(
        name,
        present.map((each) => each.name),
      )
    url = removed.url
    return present.filter((each) => each !== removed)
  })
  const forgotten = await new Credentials(home).forget(name)
  return { name, url: url ?? '', forgotten }
}

/** Says so. */
export function render({ name, url, forgotten }: RemovedRepository, output: Output): void {
  const { style } = output
  output.line(
    text`${style.good('✓')} Removed marketplace ${style.strong(name)} ${style.faint(url)}`,
  )
  if (forgotten)
    output.line(
      text`${style.warning('warning')} Its token was forgotten here, and not revoked: \`mb marketplace logout\` does both`,
    )
}
