import { spawnSync } from 'node:child_process'
import { rootCertificates } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { onEachBackend, strongBackends } from '../engine.ts'
import { ServedHost } from './served-host.ts'

onEachBackend('inside, where a host is granted', (backend) => {
  it('proves that the proxy is the one way out, and every other protection as ever', async () => {
    await using served = await ServedHost.open()
    await using sandbox = await served.open(backend)
    const { receipt } = await sandbox.run('true')
    expect(receipt.items.filter(({ proved }) => !proved)).toEqual([])
    expect(receipt.items.find(({ item }) => item === 'network')?.evidence).toMatch(
      /^net:\[\d+\], interfaces: lo, way out: the proxy at 127\.0\.0\.1:3128 alone$/,
    )
  })

  it('tells programs of the proxy, whatever the policy says of another', async () => {
    await using served = await ServedHost.open()
    await using sandbox = await served.open(backend, {
      policy: {
        net: [{ host: '127.0.0.1', ports: [served.port] }],
        env: { HTTPS_PROXY: 'http://user:secret@proxy.example', NO_PROXY: 'localhost' },
      },
    })
    const { stdout } = await sandbox.run('env')
    expect(stdout.match(/^.*proxy=.*$/gim)?.toSorted()).toEqual([
      'ALL_PROXY=http://127.0.0.1:3128',
      'HTTPS_PROXY=http://127.0.0.1:3128',
      'HTTP_PROXY=http://127.0.0.1:3128',
      'NODE_USE_ENV_PROXY=1',
      'NO_PROXY=localhost',
      'all_proxy=http://127.0.0.1:3128',
      'http_proxy=http://127.0.0.1:3128',
      'https_proxy=http://127.0.0.1:3128',
      'no_proxy=',
    ])
  })

  it('brings authorities of its own to where programs look', async () => {
    await using served = await ServedHost.open()
    const [certificate = ''] = rootCertificates
    const own = certificate.replaceAll('\n', '\r\n')
    await using sandbox = await served.open(backend, {
      network: { certificateAuthorities: [own] },
    })
    const script =
      'cat "$NODE_EXTRA_CA_CERTS"; tail -c 100000 "$SSL_CERT_FILE"; ls -l /etc/ssl/certs | tail -n 1; env | grep /run/authorities'
    const { stdout } = await sandbox.run('sh', ['-c', script])
    expect(stdout.startsWith(`${own}\n`)).toBe(true)
    expect(stdout.split(own).length).toBe(3)
    expect(stdout).toContain('ca-certificates.crt -> /run/authorities.pem')
    for (const name of ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'])
      expect(stdout).toContain(`${name}=/run/authorities.pem\n`)
  })
})

describe.runIf(strongBackends.length > 0)('where no host is granted', () => {
  it('nothing of the network is loaded, and no variable speaks of it', () => {
    const script = `
      import { openSandbox } from '@mb/sandbox'
      await using sandbox = await openSandbox({ backend: '${strongBackends[0]}', policy: {} })
      const { stdout } = await sandbox.run('env')
      const names = ['http', 'https', 'tls']
      const loaded = process.moduleLoadList.map((each) => each.replace('NativeModule ', ''))
      console.log(JSON.stringify([stdout.match(/proxy|\\.pem/i), names.filter((each) => loaded.includes(each))]))
    `
    const { stdout } = spawnSync(
      process.execPath,
      ['--conditions=@mb/source', '--input-type=module', '-e', script],
      { cwd: import.meta.dirname, encoding: 'utf8' },
    )
    expect(JSON.parse(stdout)).toEqual([null, []])
  })
})
