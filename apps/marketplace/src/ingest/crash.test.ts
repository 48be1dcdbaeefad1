import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sha256 } from '@mb/kernel'
import { routes } from '@mb/marketplace-protocol'
import { pluginPackage } from '../fixtures/plugin-package.ts'
import { read, Served } from '../fixtures/served.ts'
import { publishSteps, type PublishStep } from './publisher.ts'

const child = fileURLToPath(new URL('../fixtures/publish-and-die.ts', import.meta.url))

/** Publishes in a process of its own; the signal that ended it, or its exit code. */
async function publishIn(
  served: Served,
  step: PublishStep | 'never',
  bytes: Buffer,
): Promise<string> {
  const file = join(served.data, '..', 'package.tar.gz')
  await writeFile(file, bytes)
  const line = ['--conditions=@mb/source', child, served.data, step, served.token, file]
  const started = spawn(process.execPath, line, { stdio: ['ignore', 'inherit', 'inherit'] })
  const [code, signal]: unknown[] = await once(started, 'close')
  return String(signal ?? code)
}

async function ids(served: Served): Promise<string[]> {
  const { hits } = await served.get('/v1/search', routes.search.answer)
  return hits.map(({ id, version }) => `${id}@${version}`)
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  await expect.poll(condition, { timeout: 20_000 }).toBe(true)
}

describe('a marketplace killed in the middle of a publish', () => {
  it.each(publishSteps)('at "%s" has the old or the new state, whole', async (step) => {
    await using served = await Served.start()
    await served.publish(await pluginPackage({ key: served.key }))
    const next = await pluginPackage({ key: served.key, manifest: { version: '1.1.0' } })
    await served.stop()
    expect(await publishIn(served, step, next)).toBe('SIGKILL')

    await served.startAgain()
    const isTaken = step !== 'uploaded'
    const seen = isTaken ? 'acme/notes@1.1.0' : 'acme/notes@1.0.0'
    await eventually(async () => (await ids(served)).join(' ') === seen)
    const again = await served.send(next)
    expect(again.status).toBe(isTaken ? 200 : 202)
    const { id } = await read(again, routes.publish.answer)
    expect(await served.ended(id)).toMatchObject({ state: 'live', version: '1.1.0' })

    const file = await served.ask('/v1/plugins/acme/notes/versions/1.1.0/download')
    expect(Buffer.from(await file.arrayBuffer())).toEqual(next)
    await eventually(async () => (await served.packages()).length === 2)
  })

  it('rejects at the next start what may not be published any more, and keeps nothing of it', async () => {
    await using served = await Served.start()
    const bytes = await pluginPackage({ key: served.key })
    await served.stop()
    expect(await publishIn(served, 'stored', bytes)).toBe('SIGKILL')
    // The control: it had come as far as being in place.
    expect(await served.packages()).toContain(`blobs/${sha256(bytes)}`)

    const { openSqliteStore } = await import('../store/sqlite/sqlite-store.ts')
    {
      using store = openSqliteStore(join(served.data, 'marketplace.db'))
      store.keys.remove('acme', served.key.keyId, new Date().toISOString())
    }
    await served.startAgain()
    await eventually(async () => (await served.packages()).length === 0)
    expect(await ids(served)).toEqual([])
  })

  it('control: without a death, the same publish ends by itself', async () => {
    await using served = await Served.start()
    const bytes = await pluginPackage({ key: served.key })
    await served.stop()
    expect(await publishIn(served, 'never', bytes)).toBe('0')
    await served.startAgain()
    expect(await ids(served)).toEqual(['acme/notes@1.0.0'])
  })
})
