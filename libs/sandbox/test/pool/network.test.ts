import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { openSandbox } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { ServedHost } from '../doorway/served-host.ts'
import { onEachBackend } from '../engine.ts'
import { ask, processesNaming, shell, untilReady } from './shell.ts'

function reach(port: number): string {
  return `curl -s -m 20 http://127.0.0.1:${port}/ || true`
}

onEachBackend('a tenant with a network', (backend) => {
  it('reaches the hosts of the policy through a proxy of its own, and no other', async () => {
    await using server = createServer((_, response) => response.end('served'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new TypeError('It has no port')
    const { port } = address
    await using sandbox = await openSandbox({
      backend,
      policy: { net: [{ host: '127.0.0.1', ports: [port] }] },
      pool: shell({ spares: 2 }).pool,
    })
    await untilReady(sandbox, 2)
    await using first = await sandbox.take()
    await using second = await sandbox.take()
    expect(await ask(first, reach(port))).toBe('served')
    expect(await ask(second, reach(port))).toBe('served')
    await ask(second, reach(9))
    const refused = { kind: 'network', name: '127.0.0.1:9', count: 1 }
    const refusals = [first, second].map(({ violations }) =>
      violations.filter(({ kind }) => kind === 'network'),
    )
    expect(refusals).toEqual([[], [refused]])
    expect(sandbox.pool).toMatchObject({ warm: 2, cold: 0 })
  })

  it('reaches nobody once whoever is told of a decision has ended it', async () => {
    await using served = await ServedHost.open()
    const tenant = new AbortController()
    await using sandbox = await served.open(backend, {
      pool: shell().pool,
      network: { onDecision: () => tenant.abort() },
    })
    await untilReady(sandbox, 1)
    await using program = await sandbox.take({ signal: tenant.signal })
    program.channel?.write(`${reach(served.port)}\n`)
    expect(await program.exited).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect([served.connections, served.asked]).toEqual([0, []])
    expect(sandbox.pool).toMatchObject({ warm: 1 })
  })

  it('whose host has nothing more to do is not what keeps it', async () => {
    const fixture = fileURLToPath(new URL('fixtures/pool-host.ts', import.meta.url))
    const mark = `mark-${randomInt(1e12)}`
    const host = spawn(process.execPath, ['--conditions=@mb/source', fixture, mark, 'end'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, MB_TEST_BACKEND: backend, MB_TEST_NET: '127.0.0.1' },
    })
    expect(await once(host, 'exit')).toEqual([0, null])
    await expect.poll(() => processesNaming(mark), { timeout: 4000, interval: 20 }).toEqual([])
  })
})
