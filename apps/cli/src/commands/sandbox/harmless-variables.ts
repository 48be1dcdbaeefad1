const names = [
  'TERM',
  'COLORTERM',
  'NO_COLOR',
  'FORCE_COLOR',
  'COLUMNS',
  'LINES',
  'LANG',
  'LC_ALL',
  'TZ',
]

/** What a program needs to write for this terminal and language, and nothing that could hold a secret. */
export function harmlessVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
