import { describe, expect, it } from 'vitest'
import { parseConfiguration } from './configuration-file.ts'
import { mergeSettings } from './merge-settings.ts'
import { defaultPlugins, type PluginsConfiguration } from './plugin-settings.ts'
import { pluginsIn } from './read-plugins.ts'
import { layerOfEnvironment } from './setting-environment.ts'
import { layerOfFile, type SettingLayer } from './setting-layer.ts'

async function layer(kind: SettingLayer['kind'], text: string): Promise<SettingLayer> {
  return layerOfFile(await parseConfiguration(text, 'config.yaml'), {
    file: `${kind}.yaml`,
    kind,
    env: {},
  })
}

async function read(person: string, project = '{}'): Promise<PluginsConfiguration> {
  return pluginsIn(mergeSettings([await layer('person', person), await layer('project', project)]))
}

describe('settings of plugins', () => {
  it('have the usual values where nobody set any', async () => {
    expect(await read('{}')).toEqual(defaultPlugins)
  })

  it('are read by their names', async () => {
    const set: PluginsConfiguration = {
      enabled: false,
      environment: 'staging',
      searchPaths: ['/opt/plugins'],
      trustedSources: ['npm:@acme/*'],
      allowUntrusted: true,
      keepVersions: 2,
      backup: false,
      updates: { automatic: true, policy: 'patch', intervalSeconds: 3600, cooldownSeconds: 0 },
      rescanSeconds: 60,
      healthCheckTimeoutSeconds: 5,
      maxPackageMb: 10,
      maxDependencyDepth: 3,
      maxConcurrent: 4,
      required: { 'acme/pdf': '^1.0.0' },
      entries: {},
    }
    const { entries: _, ...plugins } = set
    expect(await read(JSON.stringify({ plugins }))).toEqual(set)
  })

  it('are read by older names', async () => {
    const older = `
plugins:
  directories: [/opt/plugins]
  discovery_interval: 600
  health_check_timeout: 10
  backup_enabled: false
  max_concurrent_plugins: 2
plugin_system:
  auto_update: true
versioning:
  check_interval: 7200
  max_backups: 3
`
    expect(await read(older)).toEqual({
      ...defaultPlugins,
      searchPaths: ['/opt/plugins'],
      rescanSeconds: 600,
      healthCheckTimeoutSeconds: 10,
      backup: false,
      maxConcurrent: 2,
      keepVersions: 3,
      updates: { ...defaultPlugins.updates, automatic: true, intervalSeconds: 7200 },
    })
  })

  it('load from a whole older file, as long as that asks for nothing that is not so', async () => {
    const older = `
plugin_system:
  plugin_dir: /opt/plugins
  enable_marketplace: true
  marketplace_url: https://plugins.example
  auto_update: false
  security_scan: true
  performance_monitoring: true
plugins:
  install_directory: ~/.milkbottle/plugins
loader: { isolation: true, max_size: 104857600 }
dependencies: { strict_versioning: true, auto_install: false, resolve_conflicts: true, max_dependency_depth: 5 }
security: { trusted_sources: [plugins.example], allow_untrusted: false }
debug_mode: false
`
    expect(await read(older)).toEqual({
      ...defaultPlugins,
      searchPaths: ['/opt/plugins'],
      trustedSources: ['plugins.example'],
    })
  })

  it.each([
    ['debug_mode: true', 'false, or left out: logging.level: debug tells more'],
    [
      'loader: { isolation: false }',
      'true, or left out: isolation.minimum says what a sandbox has',
    ],
    ['plugins: { install_directory: /opt }', '"~/.milkbottle/plugins", or left out: MB_HOME'],
  ])('say why an older file cannot have it: %s', async (text, reason) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'MB_CONFIG_VALUE',
      message: expect.stringContaining(`it has to be ${reason}`),
    })
  })

  it('are read from the environment', () => {
    const env = { MB_PLUGINS_KEEP_VERSIONS: '9', MB_PLUGINS_SEARCH_PATHS: '/a, /b' }
    const { keepVersions, searchPaths } = pluginsIn(mergeSettings([layerOfEnvironment(env)]))
    expect({ keepVersions, searchPaths }).toEqual({ keepVersions: 9, searchPaths: ['/a', '/b'] })
  })

  it.each([
    ['updates: { cooldownSeconds: 604800 }', { updates: { cooldownSeconds: 604_800 } }],
    ['updates: { policy: patch }', { updates: { policy: 'patch' } }],
    [
      'updates: { policy: pinned, automatic: false }',
      { updates: { policy: 'pinned', automatic: false } },
    ],
    ['keepVersions: 10', { keepVersions: 10 }],
    ['enabled: false', { enabled: false }],
    ['maxPackageMb: 1', { maxPackageMb: 1 }],
    ['required: { acme/pdf: ^1.0.0 }', { required: { 'acme/pdf': '^1.0.0' } }],
    ['environment: staging', { environment: 'staging' }],
  ])('let a project be stricter, or choose for itself: %s', async (text, set) => {
    expect(await read('{}', `plugins: { ${text} }`)).toMatchObject(set)
  })

  it.each([
    ['updates: { cooldownSeconds: 0 }'],
    ['updates: { policy: latest }'],
    ['updates: { automatic: true }'],
    ['keepVersions: 0'],
    ['backup: false'],
    ['searchPaths: [/tmp]'],
    ['directories: [/tmp]'],
    ['trustedSources: [npm:*]'],
    ['trusted_sources: [npm:*]'],
    ['allowUntrusted: true'],
    ['healthCheckTimeoutSeconds: 3600'],
  ])('let no project loosen: %s', async (text) => {
    await expect(read('{}', `plugins: { ${text} }`)).rejects.toMatchObject({
      code: 'MB_CONFIG_FORBIDDEN',
    })
  })

  it.each([
    ['keepVersions: 51'],
    ['keepVersions: 1.5'],
    ['updates: { policy: newest }'],
    ['searchPaths: [1]'],
    ['searchPaths: [""]'],
    ['required: { PDF: "1" }'],
    ['required: [acme/pdf]'],
    ['environment: "../etc"'],
    ['enabled: "yes"'],
  ])('are refused when they are of another form: %s', async (text) => {
    await expect(read(`plugins: { ${text} }`)).rejects.toMatchObject({ code: 'MB_CONFIG_VALUE' })
  })

  it('lets a project switch plugins off for good: what it loosens afterwards is refused', async () => {
    await expect(read('plugins: { enabled: false }', 'plugins: { enabled: true }')).rejects.toThrow(
      'a project may only make it stricter',
    )
  })
})
