import { spawn } from 'node:child_process'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost } from '../host.ts'
import { homeLayout } from './home-layout.ts'
import { forgetUse, readUsage, recordHealth, recordUse } from './usage.ts'

const at = '2026-01-01T00:00:00.000Z'
const later = '2026-01-02T00:00:00.000Z'

describe('recordUse()', () => {
  it('counts runs, errors and durations, for the person alone to read', async () => {
    await using folder = await temporaryFolder()
    const layout = homeLayout(folder.path)
    expect(readUsage(layout)).toEqual(new Map())
    recordUse(layout, { id: 'local/notes', at, durationMs: 10.4 })
    recordUse(layout, { id: 'local/notes', at: later, durationMs: 30, error: 'MB_PLUGIN_FAILED' })
    recordUse(layout, { id: 'local/notes', at: later, durationMs: 20 })
    recordHealth(layout, 'local/notes', { status: 'warning', reason: 'It lacks "left-pad"', at })
    recordHealth(layout, 'local/other', { status: 'healthy', at })
    expect(readUsage(layout)).toEqual(
      new Map([
        [
          'local/notes',
          {
            runs: 3,
            errors: 1,
            totalMs: 60,
            longestMs: 30,
            lastUsedAt: later,
            lastError: 'MB_PLUGIN_FAILED',
            health: { status: 'warning', reason: 'It lacks "left-pad"', at },
          },
        ],
        [
          'local/other',
          { runs: 0, errors: 0, totalMs: 0, longestMs: 0, health: { status: 'healthy', at } },
        ],
      ]),
    )
    expect((await stat(layout.usage)).mode & 0o777).toBe(0o600)
    forgetUse(layout, ['local/notes'])
    expect([...readUsage(layout).keys()]).toEqual(['local/other'])
  })

  it('loses no count of two processes at once', async () => {
    await using folder = await temporaryFolder()
    const layout = homeLayout(folder.path)
    const program = `
      import { homeLayout } from './src/store/home-layout.ts'
      import { recordUse } from './src/store/usage.ts'
      let counted = 0
      for (let run = 0; run < 100; run += 1)
        if (recordUse(homeLayout(${JSON.stringify(folder.path)}), { id: 'local/notes', at: '', durationMs: 1 })) counted += 1
      process.stdout.write(String(counted))`
    const counts = await Promise.all([count(program), count(program)])
    expect(readUsage(layout).get('local/notes')?.runs).toBe(counts[0] + counts[1])
    expect(Math.min(...counts)).toBeGreaterThan(50)
  })

  it('never throws: not where nobody may write, and not for what is no database', async () => {
    await using folder = await temporaryFolder()
    const nowhere = homeLayout(join(folder.path, 'nothing/there'))
    expect(recordUse(nowhere, { id: 'local/notes', at, durationMs: 1 })).toBe(false)
    const layout = homeLayout(folder.path)
    await writeFile(
      layout.usage,
      'no database at all, and long enough to be taken for one'.repeat(99),
    )
    expect(readUsage(layout)).toEqual(new Map())
    expect(recordUse(layout, { id: 'local/notes', at, durationMs: 1 })).toBe(false)
    // Nothing of it could be saved: it begins anew.
    expect(recordUse(layout, { id: 'local/notes', at, durationMs: 1 })).toBe(true)
    expect(readUsage(layout).get('local/notes')?.runs).toBe(1)
  })
})

describe('statistics()', () => {
  it('counts what is installed, by type and author, and how it was used', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const layout = homeLayout(home)
    const host = await openPluginHost({ home, consent: async () => true })
    expect(host.statistics()).toMatchObject({ total: 0, runs: 0, plugins: [] })
    await host.install(await writePlugin(join(folder.path, 'one')))
    await host.install(
      await writePlugin(join(folder.path, 'two'), { manifest: { version: '1.1.0' } }),
    )
    const other = { name: 'other', author: '__proto__', commands: [], type: 'formatter' }
    await host.install(await writePlugin(join(folder.path, 'three'), { manifest: other }))
    await host.disable('other')
    for (const durationMs of [10, 20]) recordUse(layout, { id: 'local/notes', at, durationMs })
    recordHealth(layout, 'local/notes', { status: 'healthy', at })
    expect(host.statistics()).toEqual({
      total: 2,
      enabled: 1,
      disabled: 1,
      held: 0,
      byType: { command: 1, formatter: 1 },
      byAuthor: Object.fromEntries([
        ['Acme', 1],
        ['__proto__', 1],
      ]),
      byHealth: { healthy: 1, warning: 0, unhealthy: 0, error: 0, unknown: 1 },
      runs: 2,
      errors: 0,
      plugins: [
        {
          id: 'local/notes',
          version: '1.1.0',
          type: 'command',
          enabled: true,
          wantedBy: 'person',
          installedAt: expect.any(String),
          versions: 2,
          runs: 2,
          errors: 0,
          totalMs: 30,
          longestMs: 20,
          averageMs: 15,
          lastUsedAt: at,
          health: { status: 'healthy', at },
        },
        {
          id: 'local/other',
          version: '1.0.0',
          type: 'formatter',
          enabled: false,
          wantedBy: 'person',
          installedAt: expect.any(String),
          versions: 1,
          runs: 0,
          errors: 0,
          totalMs: 0,
          longestMs: 0,
        },
      ],
    })
  })
})

async function count(program: string): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--conditions=@mb/source', '--input-type=module', '--eval', program],
    { cwd: join(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      resolve(Number(text))
    })
  })
}
