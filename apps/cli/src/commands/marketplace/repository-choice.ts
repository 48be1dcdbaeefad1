import { nearestName } from '@mb/kernel'
import type { Repository } from '@mb/marketplace-client'
import { CliError } from '../../cli-error.ts'

/**
 * The marketplace that a person named, or the only one there is.
 *
 * @throws CliError `MB_CLI_NO_REPOSITORY`, `MB_CLI_REPOSITORY`
 */
export function chooseRepository(
  repositories: readonly Repository[],
  name: string | undefined,
): Repository {
  const names = requireRepositories(repositories).map((each) => each.name)
  const [only, ...others] = repositories
  if (name === undefined && only !== undefined && others.length === 0) return only
  if (name === undefined) {
    throw new CliError('MB_CLI_REPOSITORY', 'Cannot choose a marketplace: there are several', {
      hint: `Name one of ${names.join(', ')}`,
    })
  }
  const named = repositories.find((each) => each.name === name)
  if (named !== undefined) return named
  throw unknownRepository(name, names)
}

/**
 * The marketplaces, there being at least one.
 *
 * @throws CliError `MB_CLI_NO_REPOSITORY`
 */
export function requireRepositories(repositories: readonly Repository[]): readonly Repository[] {
  if (repositories.length > 0) return repositories
  throw new CliError('MB_CLI_NO_REPOSITORY', 'Cannot ask a marketplace: none is set up', {
    hint: 'Add one with `mb marketplace repositories add NAME URL`',
  })
}

/** The error for a marketplace that nobody added. */
export function unknownRepository(name: string, known: readonly string[]): CliError {
  const nearest = nearestName(name, known)
  const list = '`mb marketplace repositories list` lists those that are set up'
  return new CliError('MB_CLI_REPOSITORY', `Cannot ask marketplace "${name}": it is not set up`, {
    hint: nearest === undefined ? list : `Did you mean "${nearest}"? ${list}`,
  })
}
