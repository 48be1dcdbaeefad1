import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { openSandbox } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { findBuilder } from '../../src/backends/find-builder.ts'
import { openJails } from '../../src/jail/open-jails.ts'
import { isTestable, onEachBackend, temporaryFolder } from '../engine.ts'
import { isRunning } from '../is-running.ts'
import { ask, asker, proxyPort } from './ask.ts'
import { firstLine } from './first-line.ts'
import { openSockets, socketsSince } from './open-sockets.ts'
import { ServedHost } from './served-host.ts'

onEachBackend('a sandbox with a host granted', (backend) => {
  it('leaves no listener, no connection and no process', async () => {
    await using served = await ServedHost.open()
    const before = openSockets()
    {
      await using sandbox = await served.open(backend)
      const url = `${served.url}/`
      const hanging = await sandbox.spawn('sh', [
        '-c',
        'perl -e "$0" "$@"; sleep 1000',
        asker,
        String(proxyPort),
        url,
      ])
      expect(await firstLine(hanging.stdout)).toBe('HTTP/1.1 200 OK\r')
    }
    await expect.poll(() => socketsSince(before)).toEqual([])
  })

  it('reaches nobody once whoever is told of a decision has aborted', async () => {
    await using served = await ServedHost.open()
    const controller = new AbortController()
    const reason = new Error('it cannot be recorded')
    await using sandbox = await served.open(backend, {
      network: { onDecision: () => controller.abort(reason) },
    })
    const { signal } = controller
    const running = sandbox.run(...ask(proxyPort, `${served.url}/`), { signal })
    await expect(running).rejects.toBe(reason)
    expect([served.connections, served.asked]).toEqual([0, []])
  })

  it('ends with its host', async () => {
    const host = runHost(`
      import { openSandbox } from '@mb/sandbox'
      const policy = { net: [{ host: '127.0.0.1' }] }
      const sandbox = await openSandbox({ backend: ${JSON.stringify(backend)}, policy })
      const { pid } = await sandbox.spawn('sleep', ['1000'])
      console.log(pid)
    `)
    const pid = Number(await firstLine(host.stdout))
    expect(isRunning(pid)).toBe(true)
    host.kill('SIGKILL')
    await expect.poll(() => isRunning(pid), { timeout: 4000, interval: 20 }).toBe(false)
  })

  it('refuses at once what is no way out of this machine', async () => {
    await using served = await ServedHost.open()
    const url = 'socks5://user:secret@proxy.example'
    await expect(served.open(backend, { network: { upstream: { url } } })).rejects.toMatchObject({
      code: 'MB_SANDBOX_UPSTREAM',
      message: expect.not.stringContaining('secret'),
    })
    await expect(
      served.open(backend, { network: { limits: { connections: -1 } } }),
    ).rejects.toThrow(RangeError)
  })

  it('starts nothing where the doorway cannot be opened, and says why', async () => {
    await using folder = await temporaryFolder()
    const builder = await findBuilder(backend)
    // The jail is built by what is right, and the doorway opened by what is not.
    const wrong = { ...builder.loader, kind: 'perl', options: ['-c', 'exit 3'] } as const
    const sh = { ...builder.loader.tool, path: '/bin/sh' }
    await using sandbox = await openJails(
      { ...builder, loader: { ...wrong, tool: sh } },
      { policy: { fs: { write: [folder.path] }, net: [{ host: 'a.example' }] }, minimum: [] },
      { launch: (launch) => ({ ...launch, loader: builder.loader }) },
    )
    const before = openSockets()
    await expect(sandbox.run('touch', [`${folder.path}/ran`])).rejects.toMatchObject({
      code: 'MB_SANDBOX_FAILED',
      message: 'Cannot open a way from the sandbox to its proxy: what opens it was ended',
    })
    expect(existsSync(`${folder.path}/ran`)).toBe(false)
    await expect.poll(() => socketsSince(before)).toEqual([])
  })

  it('starts nothing once it is aborted', async () => {
    await using served = await ServedHost.open()
    await using folder = await temporaryFolder()
    await using sandbox = await served.open(backend, {
      policy: { fs: { write: [folder.path] }, net: [{ host: 'a.example' }] },
    })
    const controller = new AbortController()
    const starting = sandbox.run('touch', [`${folder.path}/ran`], { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(starting).rejects.toThrow('enough')
    expect(existsSync(`${folder.path}/ran`)).toBe(false)
  })
})

describe('a policy that allows connections', () => {
  it.each([
    [
      'landlock',
      'Landlock knows ports and no hosts, so that every host would be open on an allowed port',
    ],
    ['none', 'nothing confines the program, so that every host is open to it'],
  ] as const)('is refused by backend %s, which says why', async (backend, reason) => {
    if (backend === 'landlock' && !isTestable(backend)) return
    const policy = { net: [{ host: '127.0.0.1' }] }
    const refusal = {
      code: 'MB_SANDBOX_NETWORK',
      outcome: 'refused',
      message: `Cannot allow connections by backend ${backend}: ${reason}`,
      hint: expect.stringContaining('bubblewrap'),
    }
    await expect(openSandbox({ backend, policy, minimum: [] })).rejects.toMatchObject(refusal)
    // Whoever were told first that it proves too little would ask for less, in vain.
    await expect(openSandbox({ backend, policy })).rejects.toMatchObject(refusal)
  })
})

function runHost(script: string): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, ['--conditions=@mb/source', '--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}
