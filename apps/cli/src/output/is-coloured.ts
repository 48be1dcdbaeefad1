/** Whether to colour an output: never with `NO_COLOR`, always with `FORCE_COLOR`, else in a terminal. */
export function isColoured(isTerminal: () => boolean, env: NodeJS.ProcessEnv): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return env['TERM'] !== 'dumb' && isTerminal()
}
