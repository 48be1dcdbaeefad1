import { join } from 'node:path'
import type { Manifest } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { defaultConfiguration } from '../configuration/configuration.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost } from '../host.ts'
import { findPlugin } from '../store/find-plugin.ts'
import { homeLayout } from '../store/home-layout.ts'
import { StateChange } from '../store/state-change.ts'
import { readHealthReport } from './health-report.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

describe('readHealthReport()', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', null, { status: 'healthy' }],
    ['that it is well', { status: 'healthy', reason: 'so well' }, { status: 'healthy' }],
    ['a warning', { status: 'warning', reason: 'low' }, { status: 'warning', reason: 'low' }],
    ['no reason', { status: 'unhealthy' }, { status: 'unhealthy', reason: 'it does not say why' }],
    [
      'a reason that would draw on a terminal',
      { status: 'unhealthy', reason: '\u001b[2J\u202eevil\nline' },
      { status: 'unhealthy', reason: '[2J evil line' },
    ],
    ['a text', 'healthy', { status: 'error', reason: 'it answered what is no health' }],
    ['a list', [1], { status: 'error', reason: 'it answered what is no health' }],
    [
      'a state of its own',
      { status: 'splendid' },
      { status: 'error', reason: 'it answered what is no health' },
    ],
  ])('reads %s', (_, value, read) => {
    expect(readHealthReport(value)).toEqual(read)
  })

  it('cuts a reason that never ends', () => {
    const { reason = '' } = readHealthReport({ status: 'warning', reason: 'x'.repeat(1e6) })
    expect(reason.length).toBeLessThanOrEqual(500)
  })
})

describe.skipIf(isSkipped)('host.health()', () => {
  it('asks each plugin in its jail, some at once, and waits for none for ever', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const plugins = { ...defaultConfiguration.plugins, healthCheckTimeoutSeconds: 1 }
    const host = await openPluginHost({
      home,
      consent: async () => true,
      configuration: { values: { ...defaultConfiguration, plugins } },
    })
    const install = async (
      name: string,
      health: string,
      manifest = {},
      lead = '',
    ): Promise<void> => {
      const source = await writePlugin(join(folder.path, name), {
        manifest: { name, commands: [], ...manifest },
        files: { 'dist/index.mjs': `${lead}export default { health: ${health} }` },
      })
      await host.install(source, { dependencies: false })
    }
    await install('absent', '() => {}', { plugins: { other: '^1.0.0' } })
    await install('fine', '() => null')
    await install('hanging', '() => new Promise(() => setInterval(() => {}, 1000))')
    await install('ill', `() => ({ status: 'unhealthy', reason: 'no index' })`)
    await install(
      'lacking',
      '() => {}',
      { dependencies: { 'left-pad': '^1.0.0' } },
      `import 'left-pad'\n`,
    )
    await install('off', '() => {}')
    await install(
      'reaching',
      `async () => { await (await import('node:fs/promises')).readFile('/etc/shadow') }`,
    )
    await host.disable('off')
    const health = await host.health()
    const said = health.map(({ id, version, status, reason }) => [id, version, status, reason])
    expect(said).toEqual([
      ['local/absent', '1.0.0', 'warning', expect.stringContaining('needs "other" ^1.0.0')],
      ['local/fine', '1.0.0', 'healthy', undefined],
      ['local/hanging', '1.0.0', 'error', expect.stringContaining('within 1000 ms')],
      ['local/ill', '1.0.0', 'unhealthy', 'no index'],
      ['local/lacking', '1.0.0', 'warning', expect.stringContaining('left-pad')],
      ['local/off', '1.0.0', 'unknown', 'it is switched off'],
      ['local/reaching', '1.0.0', 'error', expect.stringContaining('/etc/shadow')],
    ])
    expect(await host.health({ names: ['fine'] })).toMatchObject([{ status: 'healthy' }])

    // What runs it has become another since.
    {
      using change = await StateChange.begin(homeLayout(home))
      const fine = findPlugin(change.read().plugins, 'fine')
      const manifest: Manifest = { ...fine.manifest, engines: { node: '<12' } }
      const versions = fine.versions.map((version) => ({ ...version, manifest }))
      change.put({ ...fine, manifest, versions })
      change.advance('since')
      change.commit()
    }
    expect(await host.health({ names: ['fine'] })).toMatchObject([
      { status: 'warning', reason: expect.stringMatching(/^it needs Node <12, and this is Node /) },
    ])
    await expect(host.health({ names: ['nobody'] })).rejects.toMatchObject({
      code: 'MB_PLUGIN_NOT_FOUND',
    })
  })
})
