import type { Repository } from '@mb/marketplace-client'
import { editRepositories } from '@mb/plugin-core/configuration'
import { CliError } from '../../../cli-error.ts'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import { parseCount } from '../../../parse/count.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { openWith } from '../open-marketplace.ts'

/** A marketplace that was added, and what it calls itself. */
interface AddedRepository extends Repository {
  readonly service: string
}

/** Adds a marketplace to the person's settings, once it has said who it is. */
export async function run(invocation: Invocation, context: Context): Promise<AddedRepository> {
  const { home, progress, signal } = context
  const namespaces = invocation.list('namespace')
  const repository: Repository = {
    name: invocation.argument('name'),
    url: withoutSlash(invocation.argument('url')),
    priority: parseCount(invocation.option('priority') ?? '', { least: 0, most: 1000 }),
    ...(namespaces.length === 0 ? {} : { namespaces }),
  }
  // No token goes there: nobody has logged in to it.
  const marketplace = openWith(context, [repository], async () => undefined)
  const service = await progress.during(
    'Asking the marketplace who it is',
    marketplace.service(repository.name, { signal }),
  )
  await editRepositories(home, (present) => {
    if (present.every((each) => each.name !== repository.name)) return [...present, repository]
    throw new CliError(
      'MB_CLI_REPOSITORY',
      `Cannot add marketplace "${repository.name}": there is one of that name`,
      { hint: `Choose another name, or \`mb marketplace repositories remove ${repository.name}\`` },
    )
  })
  return { ...repository, service: service.name }
}

/** The address as it is compared with that of a token. */
function withoutSlash(url: string): string {
  return url.replace(/\/$/, '')
}

/** Says so, and what to do next. */
export function render(
  { name, url, service }: AddedRepository,
  output: Output,
  context: Context,
): void {
  const { style } = output
  output.line(
    text`${style.good('✓')} Added marketplace ${style.strong(name)} (${service}) at ${url}`,
  )
  output.line(text`  ${style.name(`mb marketplace login ${name}`)} is for publishing`)
  if (url.startsWith('http:'))
    context.aside.line(
      text`${style.warning('warning')} http is not encrypted: that is for a marketplace on this very machine`,
    )
}
