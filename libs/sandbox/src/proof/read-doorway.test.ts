import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readDoorway } from './read-doorway.ts'

describe.runIf(process.platform === 'linux')('readDoorway()', () => {
  it('does not take another listener for the proxy, and names it', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const { proved, evidence } = readDoorway(process.pid)
      expect(proved).toBe(false)
      expect(evidence).toMatch(/^what listens is not the proxy at 127\.0\.0\.1:3128 alone: /)
      const inKernelForm = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
      expect(evidence).toContain(inKernelForm)
    } finally {
      server.close()
    }
  })
})
