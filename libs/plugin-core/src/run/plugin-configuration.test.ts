import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonValue } from '@mb/kernel'
import { parseManifest } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import type { PluginEntry } from '../configuration/plugin-entry.ts'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { checkSwitchedOn, pluginConfiguration } from './plugin-configuration.ts'

const manifest = parseManifest(
  JSON.stringify({
    name: 'pdf',
    version: '1.0.0',
    description: 'Makes PDF',
    author: 'Acme',
    license: 'MIT',
    entry: 'index.mjs',
    configSchema: {
      size: { type: 'string', default: 'a4', choices: ['a4', 'a5', 'a6'] },
      pages: { type: 'integer', max: 10 },
      token: { type: 'secret' },
    },
    environments: { staging: { size: 'a5' } },
  }),
  { format: 'json' },
)

async function configuration(
  entries: Readonly<Record<string, Partial<PluginEntry>>> = {},
  environment = 'production',
  home = '/nowhere',
): Promise<Readonly<Record<string, JsonValue>>> {
  const whole = Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [
      name,
      { config: {}, environments: {}, ...entry },
    ]),
  )
  const plugins = { entries: whole, environment }
  return await pluginConfiguration({ id: 'acme/pdf', manifest, plugins, home })
}

describe('pluginConfiguration()', () => {
  it('has the defaults of the manifest, and those of the environment above them', async () => {
    expect(await configuration()).toEqual({ size: 'a4' })
    expect(await configuration({}, 'staging')).toEqual({ size: 'a5' })
    expect(await configuration({}, 'constructor')).toEqual({ size: 'a4' })
  })

  it('lays file < config < environment, and what is set for the id above what is set for the name', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'pdf.yaml'), 'size: a6\npages: 1\ntoken: t\n')
    const entries = {
      pdf: { configFile: 'pdf.yaml', config: { pages: 2 } },
      'acme/pdf': { environments: { staging: { pages: 3 } } },
    }
    expect(await configuration(entries, 'production', folder.path)).toEqual({
      size: 'a6',
      pages: 2,
      token: 't',
    })
    expect(await configuration(entries, 'staging', folder.path)).toMatchObject({ pages: 3 })
  })

  it('lets a project set what the person did not, and nothing beside a secret', async () => {
    const project = { config: { size: 'a5', pages: 9 }, environments: {} }
    expect(await configuration({ pdf: { project } })).toEqual({ size: 'a5', pages: 9 })
    expect(await configuration({ pdf: { project, config: { pages: 1 } } })).toEqual({
      size: 'a5',
      pages: 1,
    })
    expect(await configuration({ pdf: { project, config: { token: 't' } } })).toEqual({
      size: 'a4',
      token: 't',
    })
  })

  it.each([
    [{ size: 'a9' }, 'the value of "size" in the settings is none of the choices'],
    [{ pages: 11 }, 'the value of "pages" in the settings is above the largest, 10'],
    [{ pages: 'two' }, 'the value of "pages" in the settings is no integer'],
    [{ page: 1 }, 'it has no field "page", which the settings set'],
  ])('refuses %j', async (config, reason) => {
    await expect(configuration({ 'acme/pdf': { config } })).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONFIG',
      message: `Cannot run "acme/pdf": ${reason}`,
    })
  })

  it('tells no secret in its errors', async () => {
    const refused = configuration({ pdf: { config: { token: ['hush'] } } })
    await expect(refused).rejects.not.toThrow('hush')
    await expect(refused).rejects.toThrow('the value of "token" in the settings is no secret')
  })

  it('wants what is required', async () => {
    const needy = { ...manifest, configSchema: { url: { type: 'url', required: true } } } as const
    const plugins = { entries: {}, environment: 'production' }
    await expect(
      pluginConfiguration({ id: 'acme/pdf', manifest: needy, plugins, home: '/' }),
    ).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONFIG',
      hint: 'Set plugins.acme/pdf.config.url in your settings',
    })
  })

  it('says which file is not there, or holds no values', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'list.json'), '[1]')
    await expect(
      configuration({ pdf: { configFile: 'none.yaml' } }, 'production', folder.path),
    ).rejects.toMatchObject({ code: 'MB_CONFIG_NOT_FOUND' })
    await expect(
      configuration({ pdf: { configFile: 'list.json' } }, 'production', folder.path),
    ).rejects.toMatchObject({ code: 'MB_CONFIG_VALUE' })
  })
})

function check(switches: Readonly<Record<string, boolean>>, enabled = true): void {
  const entries = Object.fromEntries(
    Object.entries(switches).map(([name, isOn]) => [
      name,
      { enabled: isOn, config: {}, environments: {} },
    ]),
  )
  checkSwitchedOn({ id: 'acme/pdf', name: 'pdf' }, { enabled, entries })
}

describe('checkSwitchedOn()', () => {
  it.each([[{}], [{ pdf: true }], [{ other: false }]])('lets pass %j', (switches) => {
    expect(() => check(switches)).not.toThrow()
  })

  it.each([[{ pdf: false }], [{ 'acme/pdf': false }], [{ pdf: true, 'acme/pdf': false }]])(
    'refuses %j',
    (switches) => {
      expect(() => check(switches)).toThrow('Cannot run "acme/pdf": the settings switch it off')
    },
  )

  it('refuses every plugin where all are off', () => {
    expect(() => check({ pdf: true }, false)).toThrow('the settings switch it off')
  })
})
