import { describe, expect, it } from 'vitest'
import { networkVariables } from './network-variables.ts'

describe('networkVariables()', () => {
  it('leads to the proxy, and leaves the rest as it is', () => {
    const proxy = 'http://127.0.0.1:3128'
    expect(
      networkVariables({ LANG: 'C', https_proxy: 'http://other', no_proxy: 'localhost' }),
    ).toEqual({
      LANG: 'C',
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      http_proxy: proxy,
      https_proxy: proxy,
      ALL_PROXY: proxy,
      all_proxy: proxy,
      NO_PROXY: '',
      no_proxy: 'localhost',
      NODE_USE_ENV_PROXY: '1',
    })
  })
})
