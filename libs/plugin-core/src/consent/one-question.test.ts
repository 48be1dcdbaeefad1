import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'

interface World {
  readonly host: PluginHost
  /** Versions that somebody was asked about, and why again. */
  readonly asked: (readonly [version: string, ...reasons: readonly string[]])[]
  readonly install: (version: string, env: readonly string[]) => Promise<unknown>
  readonly granted: () => Promise<readonly string[]>
}

async function world(folder: string): Promise<World> {
  const key = generateSigningKey()
  const asked: World['asked'] = []
  const host = await openPluginHost({
    home: join(folder, 'home'),
    consent: async ({ version, reasons }) => {
      asked.push([version, ...reasons])
      return true
    },
  })
  return {
    host,
    asked,
    install: async (version, env) => {
      const source = join(folder, `source-${version}-${env.join('')}`)
      await writePlugin(source, { manifest: { version, permissions: { env } }, key })
      return await host.install(source)
    },
    granted: async () =>
      (await host.grants('notes'))?.permissions.env.map(({ name }) => name) ?? [],
  }
}

describe('a grant is asked for once', () => {
  it('over updates, installing again, and going back', async () => {
    await using folder = await temporaryFolder()
    const { host, asked, install, granted } = await world(folder.path)
    await install('1.0.0', ['A'])
    await install('1.1.0', ['A'])
    await install('1.1.0', ['A'])
    await host.rollback('notes')
    await install('1.1.0', ['A'])
    await install('1.2.0', ['A'])
    await host.disable('notes')
    await host.enable('notes')
    await host.rollback('notes', { version: '1.0.0' })
    expect(host.get('notes').version).toBe('1.0.0')
    expect(asked).toEqual([['1.0.0']])
    expect(await granted()).toEqual(['A'])
  })

  it('and again for more, for another major version, and for going back to more', async () => {
    await using folder = await temporaryFolder()
    const { host, asked, install, granted } = await world(folder.path)
    await install('1.0.0', ['A', 'B'])
    await install('1.1.0', ['A'])
    expect(await granted()).toEqual(['A'])
    await install('1.2.0', ['A', 'C'])
    await install('2.0.0', ['A'])
    await host.rollback('notes', { version: '1.0.0' })
    expect(asked).toEqual([
      ['1.0.0'],
      ['1.2.0', 'It asks for more than you agreed to'],
      ['2.0.0', 'It is version 2.0.0, and you agreed to 1.x'],
      ['1.0.0', 'It asks for more than you agreed to'],
    ])
  })

  it('and again after it was taken back as a whole', async () => {
    await using folder = await temporaryFolder()
    const { host, asked, install, granted } = await world(folder.path)
    await install('1.0.0', ['A'])
    await host.revoke('notes')
    await install('1.1.0', ['A'])
    expect(asked).toEqual([['1.0.0'], ['1.1.0']])
    expect(await granted()).toEqual(['A'])
  })
})
