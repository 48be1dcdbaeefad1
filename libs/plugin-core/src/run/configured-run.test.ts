import { join } from 'node:path'
import { silentLogger, systemClock, type Logger } from '@mb/kernel'
import { readManifest } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import type { PluginChoices } from './plugin-configuration.ts'
import { runPlugin } from './run-plugin.ts'
import type { RunResult } from './run-request.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

const code = `export default {
  commands: {
    show: (_, { config, environment, host, log, temporary }) => {
      log.info('token is ' + config.token)
      const isWhole = typeof host.version === 'string' && temporary !== ''
      return { ...config, token: typeof config.token, environment, isWhole }
    },
  },
}
`

async function run(
  folder: string,
  plugins: PluginChoices,
  logger: Logger = silentLogger,
): Promise<RunResult> {
  const directory = await writePlugin(join(folder, 'plugin'), {
    manifest: {
      commands: [{ name: 'show', summary: 'Shows its configuration' }],
      configSchema: {
        title: { type: 'string', default: 'Changes' },
        token: { type: 'secret' },
      },
    },
    files: { 'dist/index.mjs': code },
  })
  const { manifest } = await readManifest(directory)
  return await runPlugin({
    id: 'local/notes',
    directory,
    manifest,
    permissions: manifest.permissions,
    command: 'show',
    home: folder,
    workspace: folder,
    plugins,
    logger,
    clock: systemClock,
  })
}

function entry(config: PluginChoices['entries'][string]['config']): PluginChoices {
  return {
    enabled: true,
    environment: 'production',
    entries: { notes: { config, environments: {} } },
  }
}

describe.skipIf(isSkipped)('runPlugin() with settings', () => {
  it('gives the plugin its configuration, and shows none of its secrets', async () => {
    await using folder = await temporaryFolder()
    const told: string[] = []
    const logger: Logger = { ...silentLogger, info: (message) => void told.push(message) }
    const { value } = await run(folder.path, entry({ title: 'News', token: 'open sesame' }), logger)
    expect(value).toEqual({
      title: 'News',
      token: 'string',
      environment: 'production',
      isWhole: true,
    })
    expect(told).toEqual(['token is ***'])
  })

  it('starts nothing with a configuration that does not fit', async () => {
    await using folder = await temporaryFolder()
    await expect(run(folder.path, entry({ title: 7 }))).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONFIG',
    })
  })

  it('starts nothing that is switched off', async () => {
    await using folder = await temporaryFolder()
    await expect(run(folder.path, { ...entry({}), enabled: false })).rejects.toMatchObject({
      code: 'MB_PLUGIN_DISABLED',
      outcome: 'refused',
    })
  })
})
