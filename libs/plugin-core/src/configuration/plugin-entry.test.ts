import { describe, expect, it } from 'vitest'
import { parseConfiguration } from './configuration-file.ts'
import { mergeSettings } from './merge-settings.ts'
import { entriesIn, type PluginEntry } from './plugin-entry.ts'
import { layerOfFile, type SettingLayer } from './setting-layer.ts'

async function layer(
  kind: SettingLayer['kind'],
  text: string,
  name = `${kind}.yaml`,
): Promise<SettingLayer> {
  const env = { PDF_TITLE: 'From outside' }
  return layerOfFile(await parseConfiguration(text, name), { file: name, kind, env })
}

async function read(...layers: readonly SettingLayer[]): Promise<Record<string, PluginEntry>> {
  return entriesIn(mergeSettings(layers))
}

describe('settings of one plugin', () => {
  it('are read under its id or its name, with the names of its fields as they are', async () => {
    const text = `
plugins:
  keepVersions: 3
  acme/pdf:
    enabled: false
    config: { page_size: a4, "margins.top": 3, nested: { deep_er: [1] } }
    environments: { staging: { page_size: a5 } }
  Release_Notes:
    config_file: notes.yaml
`
    expect(await read(await layer('person', text))).toEqual({
      'acme/pdf': {
        enabled: false,
        config: { page_size: 'a4', 'margins.top': 3, nested: { deep_er: [1] } },
        environments: { staging: { page_size: 'a5' } },
      },
      'release-notes': { configFile: 'notes.yaml', config: {}, environments: {} },
    })
  })

  it('are kept apart from what a project sets', async () => {
    const person = await layer('person', 'plugins: { acme/pdf: { config: { title: A, size: 1 } } }')
    const project = await layer(
      'project',
      'plugins: { acme/pdf: { config: { size: 2, keys: x } } }',
    )
    expect(await read(person, project)).toEqual({
      'acme/pdf': {
        config: { title: 'A', size: 1 },
        environments: {},
        project: { config: { size: 2, keys: 'x' }, environments: {} },
      },
    })
  })

  it('hold what variables stand for in the person’s own file alone', async () => {
    const text = "plugins: { pdf: { config: { title: '${PDF_TITLE}' } } }"
    expect(await read(await layer('person', text))).toMatchObject({
      pdf: { config: { title: 'From outside' } },
    })
    expect(await read(await layer('project', text))).toMatchObject({
      pdf: { project: { config: { title: '${PDF_TITLE}' } } },
    })
  })

  it('are read from TOML', async () => {
    const text = '[plugins."acme/pdf"]\nenabled = true\n[plugins."acme/pdf".config]\ntitle = "A"\n'
    expect(await read(await layer('person', text, 'config.toml'))).toEqual({
      'acme/pdf': { enabled: true, config: { title: 'A' }, environments: {} },
    })
  })

  it('may be switched off by a project', async () => {
    const person = await layer('person', 'plugins: { pdf: { enabled: true } }')
    const project = await layer('project', 'plugins: { pdf: { enabled: false } }')
    expect(await read(person, project)).toMatchObject({ pdf: { enabled: false } })
  })

  it.each(['enabled: true', 'configFile: /etc/passwd'])(
    'are not for a project to loosen: %s',
    async (text) => {
      const project = await layer('project', `plugins: { pdf: { ${text} } }`)
      await expect(read(project)).rejects.toMatchObject({ code: 'MB_CONFIG_FORBIDDEN' })
    },
  )

  it.each([
    ['plugins: { keepVersion: 3 }', 'Did you mean "plugins.keepVersions"?'],
    ['plugins: { pdf: { enable: true } }', 'Did you mean "enabled"?'],
    ['plugins: { requird: { acme/pdf: ^1.0.0 } }', 'Did you mean "plugins.required"?'],
    ['plugins: { "../x": { config: {} } }', expect.any(String)],
  ])('%s is no setting', async (text, hint) => {
    await expect(layer('person', text)).rejects.toMatchObject({
      code: 'MB_CONFIG_UNKNOWN_KEY',
      hint,
    })
  })

  it('reach no prototype by their names', async () => {
    const text = 'plugins: { constructor: { environments: { constructor: { constructor: 1 } } } }'
    expect(await read(await layer('person', text))).toEqual({
      constructor: { config: {}, environments: { constructor: { constructor: 1 } } },
    })
  })
})
