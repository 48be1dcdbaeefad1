import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { defaultConfiguration, type Configuration } from '../configuration/configuration.ts'
import { folderRepository } from '../fixtures/folder-repository.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'

const refusal: unknown = expect.objectContaining({
  code: 'MB_SOURCE_UNTRUSTED',
  outcome: 'refused',
  message:
    'Cannot install from "marketplace:town": "marketplace:town" is none of your trusted sources',
})

describe('installFrom() of a repository', () => {
  it.each([
    ['no settings', undefined, true],
    ['settings that know no such marketplace', {}, false],
    ['settings with that marketplace', { names: ['town'] }, true],
    ['settings with another one', { names: ['city'] }, false],
    ['settings that trust its name', { trustedSources: ['marketplace:town'] }, true],
    ['settings that trust something of that name', { trustedSources: ['town', 'npm:town'] }, false],
    ['settings that trust everything', { allowUntrusted: true }, true],
  ])('under %s: %j', async (_, settings, isTaken) => {
    await using folder = await temporaryFolder()
    const source = await writePlugin(join(folder.path, 'source'), {
      key: generateSigningKey(),
    })
    const repository = await folderRepository(source)
    await using host = await open(join(folder.path, 'home'), settings)
    const outcome = await host.installFrom(repository, 'acme/notes').then(
      ({ id }) => id,
      (error: unknown) => error,
    )
    expect(outcome).toEqual(isTaken ? 'acme/notes' : refusal)
    expect(host.list()).toHaveLength(isTaken ? 1 : 0)
  })

  it('holds for what a folder here needs from it, too', async () => {
    await using folder = await temporaryFolder()
    const source = await writePlugin(join(folder.path, 'source'), { key: generateSigningKey() })
    const needing = await writePlugin(join(folder.path, 'needing'), {
      manifest: { name: 'needing', plugins: { 'acme/notes': '^1.0.0' }, commands: [] },
    })
    const repository = await folderRepository(source)
    await using host = await open(join(folder.path, 'home'), {})
    await expect(host.install(needing, { repository })).rejects.toMatchObject({
      code: 'MB_SOURCE_UNTRUSTED',
    })
    expect(host.list()).toEqual([])
    await using trusting = await open(join(folder.path, 'home'), { names: ['town'] })
    await trusting.install(needing, { repository })
    expect(trusting.list().map(({ id }) => id)).toEqual(['acme/notes', 'local/needing'])
  })
})

interface Settings extends Partial<Configuration['plugins']> {
  /** Of the marketplaces that are set up. */
  readonly names?: readonly string[]
}

const consent = async (): Promise<boolean> => true

async function open(home: string, settings: Settings | undefined): Promise<PluginHost> {
  if (settings === undefined) return await openPluginHost({ home, consent })
  const { names = [], ...plugins } = settings
  return await openPluginHost({
    home,
    consent,
    configuration: {
      values: {
        ...defaultConfiguration,
        plugins: { ...defaultConfiguration.plugins, ...plugins },
        marketplace: {
          ...defaultConfiguration.marketplace,
          repositories: names.map((name) => ({ name, url: 'https://town.example' })),
        },
      },
    },
  })
}
