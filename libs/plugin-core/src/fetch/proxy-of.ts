import type { Upstream } from '@mb/sandbox/upstream'

// The lower case wins, as with curl.
const names = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']

/**
 * The proxy of the company, through which addresses outside are reached.
 *
 * @throws SandboxError `MB_SANDBOX_UPSTREAM` for what is no address of a proxy
 */
export async function proxyOf(env: NodeJS.ProcessEnv): Promise<Upstream | undefined> {
  const value = names.map((name) => env[name]).find((each) => each !== undefined && each !== '')
  if (value === undefined) return undefined
  const { Upstream } = await import('@mb/sandbox/upstream')
  return new Upstream({
    url: value.includes('://') ? value : `http://${value}`,
    noProxy: (env['no_proxy'] || env['NO_PROXY'] || '').split(/[\s,]+/).filter(Boolean),
  })
}
