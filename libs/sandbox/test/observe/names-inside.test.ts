import { observeCommand } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { ask, proxyPort } from '../doorway/ask.ts'
import { ServedHost } from '../doorway/served-host.ts'
import { isTestable, temporaryFolder } from '../engine.ts'
import { hasStrace } from './has-strace.ts'

describe.runIf(hasStrace && isTestable('namespaces'))('observeCommand()', () => {
  it('grants a name that leads inside with the address that was granted for it', async () => {
    await using served = await ServedHost.open()
    await using workspace = await temporaryFolder()
    const ports = [served.port]
    const net = ['wiki.corp', '127.0.0.1'].map((host) => ({ host, ports }))
    const { policy, verification, denied } = await observeCommand(
      ...ask(proxyPort, `http://wiki.corp:${served.port}/`),
      {
        workspace: workspace.path,
        net: [...net, { host: '10.1.2.3' }],
        network: { resolve: async () => ['127.0.0.1'] },
      },
    )
    expect({ ...policy, outcome: verification?.outcome, denied }).toEqual({
      read: [],
      write: [],
      net: net.toReversed(),
      env: [],
      outcome: 'least',
      denied: [],
    })
  })
})
