import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sha256 } from '@mb/kernel'
import { reprDigest, routes } from '@mb/marketplace-protocol'
import { pluginPackage } from '../fixtures/plugin-package.ts'
import { problemOf, read, Served } from '../fixtures/served.ts'

const program = fileURLToPath(new URL('../fixtures/run-main.ts', import.meta.url))
// Of 512 bytes: no file gets larger than 2 MB.
const blocks = 4096

describe.skipIf(process.platform !== 'linux')('a disk that is full', () => {
  it('refuses a package for now, keeps nothing of it, and goes on with smaller ones', async () => {
    await using served = await Served.start()
    const [small, large] = [await pluginPackage({ key: served.key }), randomBytes(3_000_000)]
    await served.stop()
    // What a file system without room answers, for this process alone.
    const shell = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`
    const line = [process.execPath, '--conditions=@mb/source', program, 'start', '--port', '0']
    const server = spawn('sh', ['-c', shell, 'sh', ...line, '--data', served.data, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(server, 'close')
    try {
      const [said]: string[] = await once(createInterface({ input: server.stdout }), 'line')
      const { url }: { url: string } = JSON.parse(said ?? '')
      const send = async (bytes: Buffer): Promise<Response> =>
        fetch(`${url}/v1/plugins/acme/packages`, {
          method: 'POST',
          body: new Uint8Array(bytes),
          headers: {
            authorization: `Bearer ${served.token}`,
            'content-type': 'application/octet-stream',
            'repr-digest': reprDigest(sha256(bytes)),
          },
        })
      const refused = await send(large)
      expect(refused.headers.get('retry-after')).toBe('300')
      expect((await problemOf(refused)).code).toBe('busy')
      expect(await served.packages()).toEqual([])
      await read(await send(small), routes.publish.answer)
    } finally {
      server.kill('SIGTERM')
      await closed
    }
  })
})
