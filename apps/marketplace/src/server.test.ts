import { describe, expect, it } from 'vitest'
import { routes } from '@mb/marketplace-protocol'
import { pluginPackage } from './fixtures/plugin-package.ts'
import { Served } from './fixtures/served.ts'

describe('startMarketplace()', () => {
  it('takes a package in, finds it and gives it back', async () => {
    await using served = await Served.start()
    const bytes = await pluginPackage({ key: served.key, files: { 'README.md': '# Notes' } })
    expect(await served.publish(bytes)).toMatchObject({ state: 'live', plugin: 'acme/notes' })
    const found = await served.get('/v1/search?q=note', routes.search.answer, '')
    expect(found).toMatchObject({ total: 1, hits: [{ id: 'acme/notes', version: '1.0.0' }] })
    const path = '/v1/plugins/acme/notes/versions/1.0.0/download'
    const response = await served.ask(path, { token: '' })
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
    expect(await served.packages()).toHaveLength(1)
  })
})
