import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkOf } from './network-of.ts'

let workspace: string

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'mb-network-'))
})

afterEach(async () => {
  await rm(workspace, { recursive: true })
})

describe('networkOf()', () => {
  it('is direct, by the authorities of the system, where the person has set nothing', () => {
    const env = { HTTPS_PROXY: '', NO_PROXY: 'a', NODE_EXTRA_CA_CERTS: '/nowhere' }
    expect(networkOf({ env, workspace, authorities: [] })).toEqual({
      upstream: undefined,
      certificateAuthorities: [],
    })
  })

  it.each([
    [{ HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:1' }, 'http://a:1', []],
    [{ https_proxy: 'http://c:1', HTTPS_PROXY: 'http://a:1' }, 'http://c:1', []],
    [{ http_proxy: 'd:3128', NO_PROXY: ' .x, y ,z' }, 'http://d:3128', ['.x', 'y', 'z']],
    [{ ALL_PROXY: 'https://e', no_proxy: '*', NO_PROXY: 'x' }, 'https://e', ['*']],
  ])('reads the proxy of %j', (env, url, noProxy) => {
    expect(networkOf({ env, workspace, authorities: [] }).upstream).toEqual({ url, noProxy })
  })

  it.each(['socks5://user:secret@a', 'http://user:secret@a:b:c'])('refuses %s, unseen', (value) => {
    expect(() => networkOf({ env: { all_proxy: value }, workspace, authorities: [] })).toThrow(
      expect.objectContaining({
        code: 'MB_CLI_VALUE',
        message: 'Cannot use the proxy that all_proxy names: it is none of http:// or https://',
      }),
    )
  })

  it('takes the files that are named first, and those of variables that are there, each once', async () => {
    const file = join(workspace, 'a.pem')
    await writeFile(file, '')
    const env = { SSL_CERT_FILE: file, CURL_CA_BUNDLE: 'a.pem', REQUESTS_CA_BUNDLE: workspace }
    const { certificateAuthorities } = networkOf({ env, workspace, authorities: ['named.pem'] })
    expect(certificateAuthorities).toEqual([join(workspace, 'named.pem'), file])
  })
})
