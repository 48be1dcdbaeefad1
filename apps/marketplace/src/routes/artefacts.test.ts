import { sha256 } from '@mb/kernel'
import { pathOf, routes } from '@mb/marketplace-protocol'
import { describe, expect, it } from 'vitest'
import { pluginPackage, type PackageParts } from '../fixtures/plugin-package.ts'
import { problemOf, Served } from '../fixtures/served.ts'

const notes = { namespace: 'acme', name: 'notes', version: '1.0.0' }

/** A package for some platforms, which holds what it is for. */
async function packageFor(
  served: Served,
  platforms: readonly string[],
  parts: PackageParts = {},
): Promise<Buffer> {
  return pluginPackage({
    key: served.key,
    manifest: { platforms, ...parts.manifest },
    files: { 'bin/notes': platforms.join() },
  })
}

/** What somebody on a platform is told, and gets. */
async function asked(served: Served, platform?: string): Promise<readonly [unknown, string]> {
  const query = platform === undefined ? {} : { platform }
  const detail = await served.get(pathOf(routes.version, notes, query), routes.version.answer)
  const download = await served.ask(pathOf(routes.download, notes, query))
  const bytes = Buffer.from(await download.arrayBuffer())
  expect(sha256(bytes)).toBe(detail.archive.sha256)
  return [detail.needs?.platforms, download.headers.get('cache-control') ?? '']
}

describe('a version with artefacts for several platforms', () => {
  it('is given to each machine as it is made for it, and to older clients as it was first', async () => {
    await using served = await Served.start()
    for (const platforms of [[], ['linux'], ['linux-x64', 'darwin-arm64']])
      expect(await served.publish(await packageFor(served, platforms))).toMatchObject({
        state: 'live',
        version: '1.0.0',
      })
    const forever = 'public, max-age=31536000, immutable'
    const forNow = 'public, max-age=300'
    expect(await asked(served)).toEqual([[], forever])
    expect(await asked(served, 'win32-x64')).toEqual([[], forNow])
    expect(await asked(served, 'linux-arm64')).toEqual([['linux'], forNow])
    expect(await asked(served, 'linux-x64-musl')).toEqual([['linux'], forNow])
    expect(await asked(served, 'linux-x64')).toEqual([['linux-x64', 'darwin-arm64'], forNow])

    const { versions } = await served.get(pathOf(routes.versions, notes), routes.versions.answer)
    expect(versions).toMatchObject([
      {
        version: '1.0.0',
        needs: { platforms: [] },
        artefacts: [
          { platforms: [] },
          { platforms: ['linux'] },
          { platforms: ['linux-x64', 'darwin-arm64'] },
        ],
      },
    ])
    const page = await served.ask('/plugins/acme/notes', { headers: { accept: 'text/html' } })
    expect(await page.text()).toContain('for all others · linux · linux-x64, darwin-arm64')
  })

  it('is told to be for others when there is none for a platform', async () => {
    await using served = await Served.start()
    await served.publish(await packageFor(served, ['linux-x64']))
    await served.publish(await packageFor(served, ['darwin']))
    expect(await asked(served)).toEqual([['linux-x64'], expect.anything()])
    const response = await served.ask(pathOf(routes.version, notes, { platform: 'win32-x64' }))
    expect(await problemOf(response)).toMatchObject({
      code: 'not-found',
      detail: 'There is no acme/notes@1.0.0 for win32-x64 here',
      hint: 'There is one for linux-x64, darwin',
    })
  })

  it.each([
    ['the same platform again', ['linux-x64', 'win32'], {}, 'for linux-x64 with other content'],
    ['all platforms again', [], { description: 'Other' }, 'with other content'],
    [
      'something else than its platforms',
      ['darwin'],
      { permissions: { net: [{ host: 'evil.example' }] } },
      'with a manifest that says something else beside its platforms',
    ],
    ['another entry', ['darwin'], { entry: 'bin/notes' }, 'with a manifest that says'],
  ])('takes none that says %s', async (_what, platforms, manifest, reason) => {
    await using served = await Served.start()
    await served.publish(await packageFor(served, []))
    await served.publish(await packageFor(served, ['linux-x64']))
    const refused = await served.send(await packageFor(served, platforms, { manifest }))
    expect(await problemOf(refused)).toMatchObject({
      code: 'version-exists',
      detail: expect.stringContaining(`acme/notes 1.0.0 was published ${reason}`),
    })
  })

  it('refuses to be asked for what is no platform', async () => {
    await using served = await Served.start()
    const path = `${pathOf(routes.version, notes)}?platform=${encodeURIComponent("x' OR 1=1")}`
    expect(await problemOf(await served.ask(path))).toMatchObject({ code: 'bad-request' })
  })

  it('keeps its artefacts over a restart', async () => {
    await using served = await Served.start()
    await served.publish(await packageFor(served, []))
    await served.publish(await packageFor(served, ['linux']))
    await served.stop()
    await served.startAgain()
    expect(await asked(served, 'linux-x64')).toEqual([['linux'], expect.anything()])
  })
})
