import { securityReport, type NetworkDecision } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { findNamespaces } from '../../src/backends/namespaces/find-namespaces.ts'
import { openJails } from '../../src/jail/open-jails.ts'
import { findPythonLoader } from '../../src/loader/loader.ts'
import { isTestable, onEachBackend } from '../engine.ts'
import { runAsNobody } from '../run-as-nobody.ts'
import { ask, proxyPort } from './ask.ts'
import { ServedHost } from './served-host.ts'

onEachBackend('a sandbox with a host granted', (backend) => {
  it('reaches it by the proxy, and by nothing else', async () => {
    await using served = await ServedHost.open()
    const decisions: NetworkDecision[] = []
    await using sandbox = await served.open(backend, {
      network: { onDecision: (decision) => decisions.push(decision) },
    })
    const url = `${served.url}/page`
    const reached = await sandbox.run(...ask(proxyPort, url))
    expect(reached.stdout).toMatch(/^HTTP\/1\.1 200 [^]*served/)
    expect(reached.violations.filter(({ kind }) => kind === 'network')).toEqual([])
    expect(reached.network).toEqual([
      { host: '127.0.0.1', port: served.port, allowed: 1, refused: 0, bytesUp: 0, bytesDown: 6 },
    ])
    expect((await sandbox.run(...ask(served.port, '/directly'))).stderr).toBe(
      'Connection refused\n',
    )
    expect(served.asked).toEqual(['GET /page'])
    expect(decisions.map(({ kind, allowed }) => [kind, allowed])).toEqual([
      ['decided', true],
      ['ended', true],
    ])
  })

  it('tells what it was refused, as a violation and in the report', async () => {
    await using served = await ServedHost.open()
    await using sandbox = await served.open(backend)
    const result = await sandbox.run(...ask(proxyPort, 'http://127.0.0.1:9/'))
    expect(result.stdout).toMatch(/^HTTP\/1\.1 403 /)
    const violations = [{ kind: 'network', name: '127.0.0.1:9', count: 1 }]
    expect(result.violations).toEqual(expect.arrayContaining(violations))
    const policy = { net: [{ host: '127.0.0.1', ports: [served.port] }], env: { TOKEN: 'secret' } }
    const report = securityReport(policy, result)
    expect(report).toEqual({
      permissions: {
        read: [],
        write: [],
        deny: [],
        dangerous: [],
        net: policy.net,
        exec: [],
        env: ['TOKEN'],
      },
      violations: result.violations,
      executionTimeMs: result.usage.wallMs,
      resourceUsage: {
        cpuMs: result.usage.cpuMs,
        peakMemoryBytes: result.usage.peakMemoryBytes,
      },
      network: [{ host: '127.0.0.1', port: 9, allowed: 0, refused: 1, bytesUp: 0, bytesDown: 0 }],
    })
    expect(JSON.stringify(report)).not.toContain('secret')
  })

  it('gives each program a proxy of its own', async () => {
    await using served = await ServedHost.open()
    await using sandbox = await served.open(backend)
    const urls = ['a', 'b', 'c'].map((name) => `${served.url}/${name}`)
    const runs = await Promise.all(urls.map((url) => sandbox.run(...ask(proxyPort, url))))
    expect(runs.map(({ network }) => network?.map(({ allowed }) => allowed))).toEqual([
      [1],
      [1],
      [1],
    ])
    expect(served.asked.toSorted()).toEqual(['GET /a', 'GET /b', 'GET /c'])
  })

  it('lets a command that is granted by exec reach the same', async () => {
    await using served = await ServedHost.open()
    await using sandbox = await served.open(backend, {
      policy: {
        net: [{ host: '127.0.0.1', ports: [served.port] }],
        exec: [{ command: '/usr/bin/perl' }],
      },
    })
    const [, args] = ask(proxyPort, `${served.url}/`)
    expect((await sandbox.execute('/usr/bin/perl', args)).stdout).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('works for an ordinary user', async () => {
    await using served = await ServedHost.open()
    const url = `${served.url}/nobody`
    const said = await runAsNobody(`
      import { openSandbox } from '@mb/sandbox'
      const policy = { net: [{ host: '127.0.0.1', ports: [${served.port}] }] }
      await using sandbox = await openSandbox({ backend: ${JSON.stringify(backend)}, policy })
      const { stdout } = await sandbox.run(...${JSON.stringify(ask(proxyPort, url))})
      console.log(stdout)
    `)
    if (said === undefined) return
    expect(said).toMatch(/^HTTP\/1\.1 200 /)
    expect(served.asked).toEqual(['GET /nobody'])
  })
})

const python = findPythonLoader()

describe.runIf(python !== undefined && isTestable('namespaces'))('the doorway', () => {
  it('is opened by python3 as well', async () => {
    await using served = await ServedHost.open()
    const policy = { net: [{ host: '127.0.0.1', ports: [served.port] }] }
    await using sandbox = await openJails(await findNamespaces(python), { policy })
    const { stdout, receipt } = await sandbox.run(...ask(proxyPort, `${served.url}/python`))
    expect(stdout).toMatch(/^HTTP\/1\.1 200 /)
    expect(receipt.items.filter(({ proved }) => !proved)).toEqual([])
  })
})
