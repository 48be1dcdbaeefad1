import { CliError } from '../../cli-error.ts'

/**
 * Variables of the environment, each written as `NAME` or as `NAME=VALUE`.
 *
 * @throws CliError `MB_CLI_VALUE`
 */
export function readVariables(
  texts: readonly string[],
  place: string,
): ReadonlyMap<string, string | undefined> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=')
      const name = at === -1 ? text : text.slice(0, at)
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw noName(name, place)
      return [name, at === -1 ? undefined : text.slice(at + 1)]
    }),
  )
}

// What stands behind the "=" may be a secret, and is not repeated.
function noName(name: string, place: string): CliError {
  return new CliError(
    'MB_CLI_VALUE',
    `Cannot pass ${JSON.stringify(name.slice(0, 80))} with ${place}: it is no name of a variable`,
    { hint: 'Write it as NAME, for the value that you have, or as NAME=VALUE' },
  )
}
