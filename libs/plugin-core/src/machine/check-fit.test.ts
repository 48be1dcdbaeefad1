import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost } from '../host.ts'
import { checkFit } from './check-fit.ts'

const other = process.platform === 'darwin' ? 'linux' : 'darwin'

describe('checkFit()', () => {
  it('names the Pythons that are here when none of them is the one that is needed', async () => {
    const manifest = { version: '1.0.0', engines: { python: '>=3.99' }, platforms: [] }
    await expect(checkFit('acme/notes', { ...manifest, runtime: 'python' })).rejects.toMatchObject({
      code: 'MB_PLUGIN_ENGINE',
      message: expect.stringMatching(
        /^Cannot install "acme\/notes" 1\.0\.0: it needs Python >=3\.99, and this machine has /,
      ),
    })
    await expect(checkFit('acme/notes', { ...manifest, runtime: 'node' })).resolves.toBeUndefined()
  })
})

describe('an installation', () => {
  it.each([
    [{ platforms: [other] }, 'MB_PLUGIN_PLATFORM', `it is made for ${other}, and this machine is `],
    [{ engines: { node: '<12' } }, 'MB_PLUGIN_ENGINE', 'it needs Node <12, and this is Node '],
    [{ engines: { milkbottle: '>=99' } }, 'MB_PLUGIN_ENGINE', 'it needs MilkBottle >=99, and '],
  ])('of a plugin with %j is refused and leaves nothing', async (manifest, code, reason) => {
    await using folder = await temporaryFolder()
    const source = await writePlugin(join(folder.path, 'notes'), { manifest })
    await using host = await openPluginHost({
      home: join(folder.path, 'home'),
      consent: async () => true,
    })
    await expect(host.install(source)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`Cannot install "local/notes" 1.0.0: ${reason}`),
    })
    expect(host.list()).toEqual([])
  })
})
