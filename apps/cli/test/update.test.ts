import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { listing } from './listing.ts'
import type { MbRun, Place } from './mb.ts'
import { Publisher, writePlugin, type PluginSource } from './publisher.ts'

// Each starts a marketplace and a dozen programs, beside all that runs at the same time.
vi.setConfig({ testTimeout: 120_000 })

const day = { MB_PLUGINS_UPDATES_COOLDOWN_SECONDS: '86400' }
const noRest = { MB_PLUGINS_UPDATES_COOLDOWN_SECONDS: '0' }

const asksMore = {
  permissions: '{ fs: { read: [{ path: "${workspace}/**", reason: finds the notes }] } }',
}

/** A person who has version 1.0.0 of a plugin, and the publisher of it. */
async function arrive(first: PluginSource = {}): Promise<AsyncDisposable & Arrived> {
  await using made = new AsyncDisposableStack()
  const publisher = made.use(await Publisher.open())
  await publisher.publish(first)
  const visitor = made.use(await publisher.visitor())
  const installed = await visitor.mb(['marketplace', 'install', 'acme/notes', '--yes'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  const all = made.move()
  return {
    publisher,
    visitor,
    update: (words = [], env = noRest) =>
      visitor.mb(['plugin', 'update', ...words], { env: { ...env } }),
    version: async () => {
      const { stdout } = await visitor.mb(['plugin', 'info', 'notes', '--json'])
      return JSON.parse(stdout).plugin.version
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

interface Arrived {
  readonly publisher: Publisher
  readonly visitor: Place
  readonly update: (
    words?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<MbRun>
  readonly version: () => Promise<string>
}

describe.skipIf(isSkipped)(`mb plugin update${skipReason}`, () => {
  it('checks, lets a new version rest, and updates', async () => {
    await using there = await arrive()
    const { publisher, update, version, visitor } = there
    expect(await update()).toMatchObject({ code: 0, stdout: '✓ acme/notes 1.0.0 is up to date\n' })
    await publisher.publish({ version: '1.1.0' })
    const rests = await update(['notes'], day)
    expect(rests).toMatchObject({ code: 3 })
    expect(rests.stdout).toMatch(
      /^! acme\/notes stays at 1\.0\.0\n {4}1\.1\.0 waits: it is too new: it waits until \d{4}-.*Z\n$/,
    )
    const checked = await update(['--check-only'])
    expect(checked).toMatchObject({ code: 0, stdout: '↑ acme/notes 1.0.0 → 1.1.0 can be had\n' })
    expect(await version()).toBe('1.0.0')
    expect(await update()).toMatchObject({
      code: 0,
      stdout: '✓ Updated acme/notes 1.0.0 → 1.1.0\n',
    })
    expect(await version()).toBe('1.1.0')
    const slip = await visitor.mb(['plugin', 'update', 'notes', '--to', '^1.1.0'])
    expect(slip.code).toBe(2)
    expect(slip.stderr).toContain('Cannot update: "^1.1.0" is no version')
    const { stdout } = await visitor.mb(['plugin', 'update', '--json'], { env: noRest })
    expect(JSON.parse(stdout)).toEqual({
      updates: [{ id: 'acme/notes', from: '1.1.0', status: 'current', held: [] }],
      isNamed: false,
    })
  })

  it('holds back one that asks for more, until somebody agrees', async () => {
    await using there = await arrive()
    const { publisher, update, version, visitor } = there
    await publisher.publish({ version: '1.1.0', ...asksMore })
    const held = await update(['notes'])
    expect(held.code).toBe(3)
    expect(held.stdout).toContain(
      '! acme/notes stays at 1.0.0\n    1.1.0 waits: it asks for more: read all files in the folder you are in\n',
    )
    expect(await version()).toBe('1.0.0')
    const { stdout } = await visitor.mb(['plugin', 'list', '--json'])
    expect(JSON.parse(stdout)).toMatchObject([
      { held: { version: '1.1.0', reason: expect.stringContaining('it asks for more: read all') } },
    ])
    expect((await visitor.mb(['plugin', 'list'])).stdout).toContain(
      '! acme/notes 1.1.0 waits: it asks for more: read all files in the folder you are in\n',
    )
    expect((await visitor.mb(['status'])).stdout).toMatch(/^updates +1 waiting: /m)
    // The old one goes on running.
    await writeFile(join(visitor.folder, 'a.md'), '# A')
    expect(await visitor.mb(['outline', 'a.md'])).toMatchObject({ code: 0 })

    expect(await update(['notes', '--request-approval', 'notes.json'])).toMatchObject({ code: 3 })
    const file = join(visitor.folder, 'notes.json')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"approved": false', '"approved": true'))
    expect(await update(['notes', '--approval', 'notes.json'])).toMatchObject({ code: 0 })
    expect(await version()).toBe('1.1.0')
  })

  it('holds back one by another key', async () => {
    await using there = await arrive()
    const { publisher, update, version } = there
    const { place } = publisher
    await place.mb(['sdk', 'keys', 'create', 'other'])
    await place.mb(['marketplace', 'keys', 'enrol', 'acme', '--key', 'other'])
    const directory = await writePlugin(place, { version: '1.1.0' })
    const publish = ['marketplace', 'publish', directory, '--namespace', 'acme', '--key', 'other']
    expect(await place.mb(publish)).toMatchObject({ code: 0 })
    const { code, stdout } = await update(['notes'])
    expect(stdout).toMatch(
      /1\.1\.0 waits: it is signed with key [0-9a-f]{16}, and the versions before it were signed with [0-9a-f]{16}\n/,
    )
    expect(code).toBe(3)
    expect(await version()).toBe('1.0.0')
  })

  it('holds back one that nobody signed, and one that is older', async () => {
    await using there = await arrive({ version: '1.1.0' })
    const { publisher, update, version, visitor } = there
    const before = await listing(join(visitor.home, 'plugins'))
    // No marketplace takes it; a folder that somebody hands over is how it would come.
    const unsigned = await writePlugin(visitor, { version: '1.2.0' })
    const install = ['plugin', 'install', unsigned, '--namespace', 'acme', '--yes']
    const refused = await visitor.mb(install)
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('it is not signed, and the versions before it were signed')
    await publisher.publish({ version: '1.0.0' })
    expect(await update(['notes', '--to', '1.0.0'])).toMatchObject({
      code: 3,
      stdout:
        '! acme/notes stays at 1.1.0\n    1.0.0 waits: it is older than 1.1.0, which is installed: mended faults would come back\n',
    })
    expect(await update(['notes'])).toMatchObject({
      code: 0,
      stdout: '✓ acme/notes 1.1.0 is up to date\n',
    })
    expect(await version()).toBe('1.1.0')
    expect(await listing(join(visitor.home, 'plugins'))).toEqual(before)
  })

  it.each([
    [
      'does not migrate',
      `migrate() { throw new Error('no room') }`,
      'it could not take over what 1.0.0 keeps: Error: no room',
    ],
    [
      'is ill',
      `health: () => ({ status: 'unhealthy', reason: 'no index' })`,
      'its health check did not pass: no index',
    ],
    [
      'hangs',
      `health: () => new Promise(() => setInterval(() => {}, 1000))`,
      'its health check did not pass: ',
    ],
  ])('stays with the old one when the new one %s', async (_, member, reason) => {
    await using there = await arrive()
    const { publisher, update, version, visitor } = there
    await publisher.publish({
      version: '1.1.0',
      code: `export default { commands: { outline: () => 'new' }, ${member} }\n`,
    })
    const before = await listing(join(visitor.home, 'plugins'))
    const env = { ...noRest, MB_PLUGINS_HEALTH_CHECK_TIMEOUT_SECONDS: '2' }
    const { code, stdout } = await update(['notes'], env)
    expect(stdout).toContain(`✗ acme/notes stays at 1.0.0: ${reason}`)
    expect(code).toBe(1)
    expect(await version()).toBe('1.0.0')
    expect(await listing(join(visitor.home, 'plugins'))).toEqual(before)
    const { held } = JSON.parse((await visitor.mb(['plugin', 'list', '--json'])).stdout)[0]
    expect(held).toMatchObject({ version: '1.1.0', reason: expect.stringContaining(reason) })
  })

  it('takes over what the plugin keeps', async () => {
    const own = '{ fs: { read: ["${data}/**"], write: ["${data}/**"] } }'
    const first = `import { writeFile } from 'node:fs/promises'
export default { commands: { outline: (_, { data }) => writeFile(data + '/form', 'one') } }
`
    const second = `import { readFile, writeFile } from 'node:fs/promises'
export default {
  migrate: async ({ from, to }, { data }) =>
    writeFile(data + '/form', (await readFile(data + '/form', 'utf8')) + ' ' + from + ' ' + to),
  commands: { outline: (_, { data }) => readFile(data + '/form', 'utf8') },
}
`
    await using there = await arrive({ permissions: own, code: first })
    const { publisher, update, visitor } = there
    await writeFile(join(visitor.folder, 'a.md'), '')
    expect(await visitor.mb(['outline', 'a.md'])).toMatchObject({ code: 0 })
    await publisher.publish({ version: '1.1.0', permissions: own, code: second })
    expect(await update()).toMatchObject({ code: 0 })
    expect(await visitor.mb(['outline', 'a.md'])).toMatchObject({ stdout: 'one 1.0.0 1.1.0\n' })
    expect(await readdir(join(visitor.home, 'backups/acme/notes'))).toEqual(['1.0.0'])
  })

  it('looks when it is due, and prints what a scheduler needs', async () => {
    await using there = await arrive()
    const { publisher, update, version, visitor } = there
    await publisher.publish({ version: '1.1.0' })
    expect(await update(['--if-due'])).toMatchObject({
      code: 0,
      stdout: '↑ acme/notes 1.0.0 → 1.1.0 can be had\n',
    })
    expect((await update(['--if-due'])).stdout).toMatch(
      /^It is not time to look for updates yet: it will be at \d{4}-.*Z\.\n$/,
    )
    const settings = 'plugins: { updates: { automatic: true, intervalSeconds: 60 } }\n'
    await writeFile(join(visitor.home, 'settings.yaml'), settings)
    expect(await version()).toBe('1.0.0')
    const { stdout } = await update(['--print-timer'])
    expect(stdout).toContain('mb.cjs plugin update --if-due\n')
    expect(stdout).toContain(`Environment=MB_HOME=${visitor.home}\n`)
    const policy = await update(['notes', '--set-policy', 'pinned'])
    expect(policy.stdout).toBe('✓ acme/notes goes by policy "pinned" from now on\n')
    expect((await update(['notes'])).stdout).toContain('1.1.0 waits: the plugin is pinned to 1.0.0')
  })

  it.each([
    [['--all', 'notes'], '--all and names of plugins contradict each other'],
    [['--to', '1.0.0'], '--to is about one plugin'],
    [['--set-policy', 'pinned'], '--set-policy needs to know for which plugins'],
    [['notes', '--if-due'], '--if-due is about all plugins'],
  ])('refuses %j', async (words, state) => {
    await using publisher = await Publisher.arrive()
    const { code, stderr } = await publisher.place.mb(['plugin', 'update', ...words])
    expect(code).toBe(2)
    expect(stderr).toContain(`error Cannot update: ${state} (MB_CLI_USAGE)\nhint  `)
  })
})

describe.skipIf(isSkipped)(`mb plugin health${skipReason}`, () => {
  it('says how each plugin is, and ends with 1 when one cannot work', async () => {
    await using there = await arrive()
    const { visitor } = there
    const fine = await visitor.mb(['plugin', 'health'])
    expect(fine).toMatchObject({ code: 0 })
    expect(fine.stdout).toMatch(/acme\/notes +1\.0\.0 +healthy +\d+/)
    const ill = await writePlugin(visitor, {
      name: 'ill',
      code: `export default { health: () => ({ status: 'unhealthy', reason: 'no \\u001b[2Jindex' }) }`,
    })
    const installed = await visitor.mb(['plugin', 'install', ill, '--yes'])
    expect(installed).toMatchObject({ code: 0 })
    const { code, stdout } = await visitor.mb(['plugin', 'health', 'ill', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject([
      { id: 'local/ill', status: 'unhealthy', reason: 'no [2Jindex' },
    ])
  })
})
