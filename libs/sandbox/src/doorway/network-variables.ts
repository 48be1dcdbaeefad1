import { doorwayAddress } from './doorway-address.ts'

/**
 * What tells programs inside where the proxy is; Node reads it from 24.5 on, when it is told to. A program that removes it reaches
 * nothing.
 *
 * The proxies of the person are none of a policy's business: these come before what it says. `NO_PROXY` alone is its own, as for a
 * program that talks to a server of its own inside.
 */
export function networkVariables(
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const proxy = `http://${doorwayAddress.host}:${doorwayAddress.port}`
  return {
    NO_PROXY: '',
    no_proxy: '',
    ...env,
    ...Object.fromEntries(names.map((name) => [name, proxy])),
    NODE_USE_ENV_PROXY: '1',
  }
}

const names = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'http_proxy',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
] as const
