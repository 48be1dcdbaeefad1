import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writePlugin } from '../fixtures/plugin-folder.ts'
import { temporaryProject } from '../fixtures/project.ts'
import { openPluginHost } from '../host.ts'
import { FolderWatch, maxWatched } from './folder-watch.ts'
import { watchPlugins, type DiscoveryChange } from './watch-plugins.ts'

/** The changes of a watch until one is the wanted one; how often is looked in between is nobody's promise. */
async function until(
  changes: AsyncGenerator<DiscoveryChange, void>,
  wanted: string,
): Promise<readonly string[]> {
  const seen: string[] = []
  for (;;) {
    const { value } = await changes.next()
    if (value === undefined) throw new Error(`Cannot see "${wanted}": the watch ended`)
    seen.push(`${value.kind} ${value.plugin.name} ${value.plugin.version}`)
    if (seen.at(-1) === wanted) return seen
  }
}

describe('watchPlugins()', () => {
  it('tells what comes, changes and goes, also in a folder that was not there', async () => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins/notes')
    const controller = new AbortController()
    const changes = watchPlugins(project, { settleMs: 20, signal: controller.signal, known: [] })
    const added = until(changes, 'added notes 1.0.0')
    await writePlugin(folder)
    expect(await added).toEqual(['added notes 1.0.0'])
    const changed = until(changes, 'changed notes 1.1.0')
    // By one rename, so that it is never gone.
    const other = await writePlugin(join(project.root, 'other'), { manifest: { version: '1.1.0' } })
    await rename(join(other, 'plugin.json'), join(folder, 'plugin.json'))
    expect(await changed).toEqual(['changed notes 1.1.0'])
    const removed = until(changes, 'removed notes 1.1.0')
    await rm(folder, { recursive: true })
    expect(await removed).toEqual(['removed notes 1.1.0'])
    const end = changes.next()
    controller.abort()
    expect(await end).toEqual({ done: true, value: undefined })
  })

  it('sees by looking again what it cannot watch', async () => {
    await using project = await temporaryProject()
    const elsewhere = join(project.root, 'deep/er/plugins')
    const controller = new AbortController()
    const context = { ...project, searchPaths: [elsewhere], rescanSeconds: 0.05 }
    const changes = watchPlugins(context, { settleMs: 5, signal: controller.signal, known: [] })
    const added = until(changes, 'added notes 1.0.0')
    await writePlugin(join(elsewhere, 'notes'))
    expect(await added).toEqual(['added notes 1.0.0'])
    controller.abort()
    expect((await changes.next()).done).toBe(true)
  })

  it('tells of a host what is installed and removed', async () => {
    await using project = await temporaryProject()
    const { home, workspace, root } = project
    const source = await writePlugin(join(root, 'source'))
    await using host = await openPluginHost({ home, workspace, consent: async () => true })
    const controller = new AbortController()
    const changes = host.watch({
      settleMs: 20,
      signal: controller.signal,
      known: [],
      name: 'notes',
    })
    const added = until(changes, 'added notes 1.0.0')
    await host.install(source)
    expect(await added).toEqual(['added notes 1.0.0'])
    const removed = until(changes, 'removed notes 1.0.0')
    await host.uninstall('notes')
    expect(await removed).toEqual(['removed notes 1.0.0'])
    controller.abort()
    expect((await changes.next()).done).toBe(true)
  })

  it('ends at once when it is aborted before', async () => {
    await using project = await temporaryProject()
    const changes = watchPlugins(project, { signal: AbortSignal.abort() })
    expect((await changes.next()).done).toBe(true)
  })
})

describe('FolderWatch', () => {
  it('takes no more descriptors than it may, and gives all of them back', async () => {
    await using project = await temporaryProject()
    const folders = Array.from({ length: maxWatched + 10 }, (_, at) =>
      join(project.root, `folder-${at}`),
    )
    await Promise.all(folders.map(async (folder) => mkdir(folder)))
    const watch = new FolderWatch({ settleMs: 1, rescanMs: 1, signal: undefined })
    for (const folder of [...folders, join(project.root, 'absent')]) watch.add(folder)
    expect(watch.size).toBe(maxWatched)
    watch.keep(new Set(folders.slice(0, 2)))
    expect(watch.size).toBe(2)
    watch[Symbol.dispose]()
    expect(watch.size).toBe(0)
    expect(await watch.next()).toBe(true)
  })
})
