import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { listing } from './listing.ts'
import type { Place } from './mb.ts'
import { Publisher } from './publisher.ts'

// Each starts a marketplace and a dozen programs, beside all that runs at the same time.
vi.setConfig({ testTimeout: 120_000 })

const env = { MB_PLUGINS_UPDATES_COOLDOWN_SECONDS: '0' }
const more = '{ env: [ADA_LANG] }'

describe.skipIf(isSkipped)(`an update that waits for consent${skipReason}`, () => {
  it('is let in by mb plugin approve, also by what was approved in a file', async () => {
    await using publisher = await Publisher.open()
    await publisher.publish()
    await using visitor = await publisher.visitor()
    expect(await visitor.mb(['marketplace', 'install', 'acme/notes'])).toMatchObject({ code: 3 })
    const install = await visitor.mb(['marketplace', 'install', 'acme/notes', '--yes'])
    expect(install).toMatchObject({ code: 0 })
    await publisher.publish({ version: '1.1.0', permissions: more })
    const update = await visitor.mb(['plugin', 'update', 'notes'], { env })
    expect(update.code).toBe(3)
    expect(update.stderr).toContain('You are asked again, because:\n  It asks for more than')
    const version = async (): Promise<string> =>
      JSON.parse((await visitor.mb(['plugin', 'permissions', 'notes', '--json'])).stdout).version
    expect(await version()).toBe('1.0.0')

    const file = join(visitor.folder, 'notes.json')
    const request = await visitor.mb(
      ['plugin', 'approve', 'notes', '--request-approval', 'notes.json'],
      { env },
    )
    expect(request.code).toBe(3)
    const asked = await readFile(file, 'utf8')
    expect(JSON.parse(asked)).toMatchObject({
      approvals: [{ plugin: 'acme/notes', version: '1.1.0', approved: false }],
    })
    const approve = ['plugin', 'approve', 'notes', '--approval', 'notes.json']
    expect((await visitor.mb(approve, { env })).code).toBe(3)
    expect(await version()).toBe('1.0.0')
    await writeFile(file, asked.replace('"approved": false', '"approved": true'))
    const approved = await visitor.mb(approve, { env })
    expect(approved.stdout).toContain('Updated acme/notes 1.0.0 → 1.1.0')
    expect(approved.code).toBe(0)
    expect(await version()).toBe('1.1.0')
  })
})

describe.skipIf(isSkipped)(`plugins that come together${skipReason}`, () => {
  it('are written into one file of approvals, and one that is not approved keeps all of them out', async () => {
    await using publisher = await Publisher.open()
    const reads = '{ fs: { read: [{ path: "${workspace}/**" }] } }'
    await publisher.publish({ name: 'changelog', permissions: more })
    const plugins = '{ acme/changelog: ^1.0.0 }'
    await publisher.publish({ name: 'website', permissions: reads, plugins })
    await using visitor = await publisher.visitor()
    const before = await uncached(visitor)
    const install = ['marketplace', 'install', 'acme/website']
    const request = await visitor.mb([...install, '--request-approval', 'both.json'])
    expect(request.code).toBe(3)
    expect(request.stderr).toContain('needed by  acme/website\n')
    const file = join(visitor.folder, 'both.json')
    const asked = await readFile(file, 'utf8')
    expect(JSON.parse(asked)).toMatchObject({
      approvals: [
        { plugin: 'acme/changelog', approved: false },
        { plugin: 'acme/website', approved: false },
      ],
    })
    // One of two, in either order.
    const [first = '', second = '', rest = ''] = asked.split('"approved": false')
    const yes = '"approved": true'
    const no = '"approved": false'
    for (const text of [
      `${first}${yes}${second}${no}${rest}`,
      `${first}${no}${second}${yes}${rest}`,
    ]) {
      await writeFile(file, text)
      expect(await visitor.mb([...install, '--approval', 'both.json'])).toMatchObject({ code: 3 })
      expect(await uncached(visitor)).toEqual(before)
    }
    await writeFile(file, `${first}${yes}${second}${yes}${rest}`)
    const both = await visitor.mb([...install, '--approval', 'both.json'])
    expect(both).toMatchObject({ code: 0 })
    const { stdout } = await visitor.mb(['plugin', 'permissions', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      plugins: [{ granted: [{ name: 'env:ADA_LANG' }] }, { granted: [{ kind: 'fs.read' }] }],
    })
  })
})

/** What lies in a home, but for what was only kept to be faster. */
async function uncached({ home }: Place): Promise<readonly string[]> {
  return (await listing(home)).filter((line) => !/^\S+ \S+ cache(?:\/|$| )/.test(line))
}
