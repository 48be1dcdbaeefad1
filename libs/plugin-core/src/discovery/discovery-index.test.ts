import { readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, type Clock } from '@mb/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listing } from '../fixtures/listing.ts'
import { writePlugin } from '../fixtures/plugin-folder.ts'
import { temporaryProject } from '../fixtures/project.ts'
import { discoverPlugins, type DiscoverOptions, type DiscoveryContext } from './discover-plugins.ts'

/** A clock that is ahead: what was written just now is believed to be over. */
function later(seconds: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + seconds * 1000 }
}

async function descriptions(
  context: DiscoveryContext,
  options?: DiscoverOptions,
): Promise<readonly string[]> {
  return (await discoverPlugins(context, options)).plugins.map(({ description }) => description)
}

/** Changes what the index says of each plugin, so that it shows where a word is from. */
async function forge(home: string): Promise<void> {
  const file = join(home, 'cache/discovery.json')
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('Takes notes', 'From the index'))
}

describe('the index of discovered plugins', () => {
  it('spares the reading of what did not change, for as long as it is believed', async () => {
    await using project = await temporaryProject()
    const { home, workspace } = project
    const folder = await writePlugin(join(workspace, 'plugins/notes'))
    const context = { ...project, rescanSeconds: 300, clock: later(10) }
    expect(await descriptions(context)).toEqual(['Takes notes'])
    await forge(home)
    expect(await descriptions(context)).toEqual(['From the index'])
    expect(await descriptions({ ...context, clock: later(309) })).toEqual(['From the index'])
    expect(await descriptions({ ...context, clock: later(311) })).toEqual(['Takes notes'])
    await forge(home)
    expect(await descriptions(context, { refresh: true })).toEqual(['Takes notes'])
    await forge(home)
    // Of the same length, and as old as before: the change of the inode tells.
    const { atime, mtime } = await stat(join(folder, 'plugin.json'))
    const text = await readFile(join(folder, 'plugin.json'), 'utf8')
    await writeFile(join(folder, 'plugin.json'), text.replace('Takes notes', 'Makes notes'))
    await utimes(join(folder, 'plugin.json'), atime, mtime)
    expect(await descriptions(context)).toEqual(['Makes notes'])
  })

  it('is not believed of what changed within a tick of the clock', async () => {
    await using project = await temporaryProject()
    await writePlugin(join(project.workspace, 'plugins/notes'))
    await discoverPlugins({ ...project, clock: later(0) })
    expect(await listing(join(project.home, 'cache'))).toEqual([])
  })

  it('remembers what is broken, and judges in full what was only glanced at', async () => {
    await using project = await temporaryProject()
    const permissions = { net: [{ host: 'not a host' }] }
    await writePlugin(join(project.workspace, 'plugins/notes'), { manifest: { permissions } })
    const context = { ...project, clock: later(10) }
    expect((await discoverPlugins(context)).broken).toEqual([])
    const checked = await discoverPlugins(context, { check: true })
    expect(checked.broken).toHaveLength(1)
    // What is known to be broken is not shown as if it were not.
    expect(await discoverPlugins(context)).toEqual(checked)
  })

  it('makes no home, and is private', async () => {
    await using project = await temporaryProject()
    await writePlugin(join(project.workspace, 'plugins/notes'))
    const home = join(project.root, 'none')
    await discoverPlugins({ ...project, home, clock: later(10) })
    expect(await listing(home)).toEqual([])
    await discoverPlugins({ ...project, clock: later(10) })
    const cache = join(project.home, 'cache')
    expect((await stat(cache)).mode & 0o777).toBe(0o700)
    expect((await stat(join(cache, 'discovery.json'))).mode & 0o777).toBe(0o600)
  })

  it('is harmless when it is forged, cut off or something else, and is made anew', async () => {
    await using project = await temporaryProject()
    await writePlugin(join(project.workspace, 'plugins/notes'))
    const context = { ...project, clock: later(10) }
    const file = join(project.home, 'cache/discovery.json')
    const right = await discoverPlugins(context)
    const text = await readFile(file, 'utf8')
    const cuts = fc.record({
      at: fc.nat({ max: text.length }),
      length: fc.nat({ max: 40 }),
      by: fc.string({ unit: 'binary', maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(cuts, async ({ at, length, by }) => {
        await writeFile(file, text.slice(0, at) + by + text.slice(at + length))
        const { plugins, broken, notes } = await discoverPlugins(context)
        expect([broken, notes]).toEqual([[], []])
        expect(plugins.map(({ id, path }) => [id.startsWith('local/'), path])).toEqual([
          [true, right.plugins[0]?.path],
        ])
      }),
      { numRuns: process.env['MB_TEST_SIZE'] === 'full' ? 2000 : 200 },
    )
    await writeFile(file, text.replace('"notes"', '"\\u001b[2J"'))
    expect(await discoverPlugins(context)).toEqual(right)
    for (const wrong of [
      'null',
      '[]',
      '{"version":1}',
      '{"version":1,"entries":[[]]}',
      '[['.repeat(100_000),
    ]) {
      await writeFile(file, wrong)
      expect(await discoverPlugins(context)).toEqual(right)
    }
  })
})
