import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { commands } from '../src/commands/index.ts'
import { isSkipped, skipReason } from './engine.ts'
import { listing } from './listing.ts'
import { Place } from './mb.ts'
import { Publisher, writePlugin } from './publisher.ts'
import { hasTerminal, mbInTerminal } from './terminal.ts'

const noTerminal = hasTerminal ? '' : ' (skipped: script of util-linux is not installed)'

// Each starts a marketplace and a dozen programs, beside all that runs at the same time.
vi.setConfig({ testTimeout: 120_000 })

/** A line of each command that asks a marketplace. */
const lines: readonly (readonly string[])[] = [
  ['search', 'pdf'],
  ['info', 'acme/pdf'],
  ['versions', 'acme/pdf'],
  ['install', 'acme/pdf', '--yes'],
  ['publish', '.', '--namespace', 'acme'],
  ['validate'],
  ['login', '--token-stdin'],
  ['logout'],
  ['keys', 'list', 'acme'],
  ['keys', 'remove', 'acme', 'k', '--yes'],
]

describe('mb marketplace', () => {
  it.each(lines)('%s %s says what to do where no marketplace is set up', async (...line) => {
    await using place = await Place.open()
    const { code, stdout, stderr } = await place.mb(['marketplace', ...line])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      'error Cannot ask a marketplace: none is set up (MB_CLI_NO_REPOSITORY)\nhint  Add one with `mb marketplace repositories add NAME URL`\n',
    )
    expect(await listing(place.home)).toEqual([])
  })

  it('has a test line for each command that asks a marketplace', () => {
    const tested = lines.map(([first = '', second = '']) =>
      first === 'keys' ? `${first} ${second}` : first,
    )
    const asking = commands
      .filter(({ path }) => path[0] === 'marketplace' && path[1] !== 'repositories')
      .map(({ path }) => path.slice(1).join(' '))
    // Enrolment looks for the key first, which is not there either.
    expect(asking.filter((name) => name !== 'keys enrol').toSorted()).toEqual(tested.toSorted())
  })
})

describe.skipIf(isSkipped)(`the way of a plugin through a marketplace${skipReason}`, () => {
  it('goes from login to a command of somebody else', async () => {
    await using publisher = await Publisher.open()
    const { place } = publisher
    const directory = await writePlugin(place, {
      permissions: '{ fs: { read: [{ path: "${workspace}/**", reason: finds the notes }] } }',
    })
    const publish = ['marketplace', 'publish', directory, '--namespace', 'acme']
    const dryRun = await place.mb([...publish, '--dry-run'])
    expect(dryRun.stdout).toContain('✓ home would take acme/notes 1.0.0\n')
    expect((await place.mb(['marketplace', 'search', '--json'])).stdout).toContain('"total": 0')
    const published = await place.mb(publish)
    expect(published).toMatchObject({ code: 0 })
    expect(published.stdout).toContain('✓ Published acme/notes 1.0.0 in home (')

    await using visitor = await publisher.visitor()
    const found = await visitor.mb(['marketplace', 'search', 'outline'])
    expect(found).toMatchObject({ code: 0, stderr: '' })
    expect(found.stdout).toMatch(/^PLUGIN +VERSION +SIGNED BY +AT WORST +DESCRIPTION\n/)
    expect(found.stdout).toMatch(/^acme\/notes +1\.0\.0 +[0-9a-f]{16}… +medium Read all files/m)
    const info = await visitor.mb(['marketplace', 'info', 'notes'])
    expect(info.stdout).toContain('acme/notes 1.0.0  Prints an outline\nmade by    Ada\n')
    expect(info.stdout).toMatch(/^signed by +key [0-9a-f]{16}…, seen for the first time$/m)
    expect(info.stdout).toContain('The marketplace’s scan found nothing.\n')
    const versions = await visitor.mb(['marketplace', 'versions', 'acme/notes', '--json'])
    expect(JSON.parse(versions.stdout)).toMatchObject({
      id: 'acme/notes',
      versions: [{ version: '1.0.0' }],
    })

    const install = ['marketplace', 'install', 'acme/notes', '--yes']
    const installed = await visitor.mb(install)
    expect(installed.stderr).toContain('from       marketplace home\n')
    expect(installed).toMatchObject({
      code: 0,
      stdout: '✓ Installed acme/notes 1.0.0\n  mb outline  Print an outline\n',
    })
    expect((await visitor.mb(['plugin', 'info', 'notes'])).stdout).toMatch(
      /^from +marketplace home$/m,
    )
    expect((await visitor.mb(['status'])).stdout).toMatch(/^marketplaces +1, logged in to none$/m)
  })

  it('asks again for an update that wants more, and marks what is new', async () => {
    await using publisher = await Publisher.open()
    await publisher.publish()
    await using visitor = await publisher.visitor()
    const install = ['marketplace', 'install', 'acme/notes']
    expect(await visitor.mb([...install, '--yes'])).toMatchObject({ code: 0 })
    await publisher.publish({
      version: '1.1.0',
      permissions: '{ fs: { read: [{ path: "${workspace}/**", reason: finds the notes }] } }',
    })
    const { code, stderr } = await visitor.mb(install)
    expect(code).toBe(3)
    expect(stderr).toContain('acme/notes 1.0.0 → 1.1.0')
    expect(stderr).toContain('known from before')
    expect(stderr).toContain('Read all files in the folder you are in (new)')
    expect(await visitor.mb([...install, '--yes'])).toMatchObject({ code: 0 })
    expect(await visitor.mb([...install.slice(0, 2), 'acme/notes@1.0.0'])).toMatchObject({
      code: 3,
    })
  })
})

describe.skipIf(isSkipped)(`a namespace whose key changes${skipReason}`, () => {
  it('is refused until the person accepts that very key', async () => {
    await using publisher = await Publisher.open()
    await publisher.publish()
    await using visitor = await publisher.visitor()
    const install = ['marketplace', 'install', 'acme/notes', '--yes']
    expect(await visitor.mb(install)).toMatchObject({ code: 0 })
    const { place } = publisher
    await place.mb(['sdk', 'keys', 'create', 'other'])
    await place.mb(['marketplace', 'keys', 'enrol', 'acme', '--key', 'other'])
    const directory = await writePlugin(place, { version: '1.1.0' })
    const publish = ['marketplace', 'publish', directory, '--namespace', 'acme', '--key', 'other']
    expect(await place.mb(publish)).toMatchObject({ code: 0 })

    const before = await listing(join(visitor.home, 'plugins'))
    const refused = await visitor.mb(install)
    expect(refused.stderr).toContain('(MB_MARKETPLACE_KEY_CHANGED)\nhint  ')
    expect(refused.stderr).toContain('with --accept-key\n')
    expect(refused.code).toBe(3)
    const wrong = await visitor.mb([...install, '--accept-key', '0'.repeat(64)])
    expect(wrong.code).toBe(3)
    expect(await listing(join(visitor.home, 'plugins'))).toEqual(before)
    const { stdout } = await place.mb(['sdk', 'keys', 'export', 'other', '--json'])
    const keyId: unknown = Reflect.get(Object(JSON.parse(stdout)), 'keyId')
    const accepted = await visitor.mb([...install, '--accept-key', String(keyId)])
    expect(accepted).toMatchObject({ code: 0 })
    expect(await visitor.mb(install)).toMatchObject({ code: 0 })
  })
})

describe.skipIf(isSkipped)(`approval without a terminal${skipReason}`, () => {
  const grave = { permissions: '{ exec: [{ command: git, args: [log], reason: reads history }] }' }

  it('is a file that somebody reads, edits and hands in', async () => {
    await using publisher = await Publisher.open()
    await publisher.publish(grave)
    await using visitor = await publisher.visitor()
    const install = ['marketplace', 'install', 'acme/notes']
    const refused = await visitor.mb([...install, '--yes'])
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('--request-approval FILE writes down what to approve')
    expect(refused.stderr).toContain('--approval FILE agrees to it')
    const before = await listing(join(visitor.home, 'plugins'))

    const requested = await visitor.mb([...install, '--request-approval', 'notes.json'])
    expect(requested.code).toBe(3)
    expect(requested.stderr).toContain('set approved to true')
    const file = join(visitor.folder, 'notes.json')
    const asked: unknown = JSON.parse(await readFile(file, 'utf8'))
    expect(asked).toMatchObject({
      approvals: [{ plugin: 'acme/notes', version: '1.0.0', approved: false }],
    })
    const unread = await visitor.mb([...install, '--approval', 'notes.json'])
    expect(unread.code).toBe(3)
    expect(unread.stderr).toContain('is not approved')
    expect(await listing(join(visitor.home, 'plugins'))).toEqual(before)

    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"approved": false', '"approved": true'))
    const approved = await visitor.mb([...install, '--approval', 'notes.json', '--json'])
    expect(JSON.parse(approved.stdout)).toMatchObject({ id: 'acme/notes', version: '1.0.0' })
    expect(approved.code).toBe(0)
  })

  it('stands for one version alone', async () => {
    await using publisher = await Publisher.open()
    await publisher.publish(grave)
    await using visitor = await publisher.visitor()
    const install = ['marketplace', 'install', 'acme/notes']
    await visitor.mb([...install, '--request-approval', 'notes.json'])
    const file = join(visitor.folder, 'notes.json')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"approved": false', '"approved": true'))
    await publisher.publish({ ...grave, version: '1.0.1' })
    const { code, stderr } = await visitor.mb([...install, '--approval', 'notes.json'])
    expect(code).toBe(3)
    expect(stderr).toContain('hint  ')
    expect(await listing(join(visitor.home, 'plugins'))).toEqual([])
  })

  it('serves folders too, and excludes --yes', async () => {
    await using place = await Place.open()
    const directory = await writePlugin(place, grave)
    const install = ['plugin', 'install', directory]
    const both = await place.mb([...install, '--yes', '--approval', 'notes.json'])
    expect(both).toMatchObject({ code: 2 })
    expect(await place.mb([...install, '--request-approval', 'notes.json'])).toMatchObject({
      code: 3,
    })
    const file = join(place.folder, 'notes.json')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"approved": false', '"approved": true'))
    const approved = await place.mb([...install, '--approval', 'notes.json'])
    expect(approved).toMatchObject({ code: 0 })
  })
})

describe.skipIf(isSkipped)(`publishing${skipReason}`, () => {
  it('says how to enrol a key that is not enrolled', async () => {
    await using publisher = await Publisher.arrive()
    const { place, token } = publisher
    await place.mb(['marketplace', 'login', '--token-stdin'], { input: token })
    await place.mb(['sdk', 'keys', 'create'])
    const directory = await writePlugin(place)
    const { code, stderr } = await place.mb(
      ['marketplace', 'publish', directory].concat('--namespace', 'acme'),
    )
    expect(code).toBe(3)
    expect(stderr).toContain('`mb marketplace keys enrol acme --key default --repository home`')
  })

  it('shows why a marketplace rejects a package, with file and line', async () => {
    await using publisher = await Publisher.open()
    const { place } = publisher
    const directory = await writePlugin(place, {
      code: `eval(Buffer.from('Zm9yICg7Oyk7', 'base64').toString())\nexport default {}\n`,
    })
    const publish = ['marketplace', 'publish', directory, '--namespace', 'acme']
    const dryRun = await place.mb([...publish, '--dry-run'])
    expect(dryRun.stdout).toContain('✗ home would reject acme/notes 1.0.0\n')
    expect(dryRun.stdout).toMatch(/dist\/index\.mjs:\d+/)
    expect(dryRun.code).toBe(3)
    expect(await place.mb(['marketplace', 'validate', directory])).toMatchObject({ code: 1 })
    const { code, stderr } = await place.mb(publish)
    expect(stderr).toContain('(MB_MARKETPLACE_REJECTED)')
    expect(stderr).toMatch(/dist\/index\.mjs:\d+/)
    expect(code).toBe(3)
    expect((await place.mb(['marketplace', 'search', '--json'])).stdout).toContain('"total": 0')
  })

  it('refuses the same version with other bytes, and takes the same bytes again', async () => {
    await using publisher = await Publisher.open()
    const { place } = publisher
    const directory = await publisher.publish()
    const publish = ['marketplace', 'publish', directory, '--namespace', 'acme']
    expect(await place.mb(publish)).toMatchObject({ code: 0 })
    await writePlugin(place, { code: 'export default { commands: {} }\n' })
    const { code, stderr } = await place.mb(publish)
    expect(stderr).toContain('with other content, and a version never changes')
    expect(code).toBe(3)
  })

  it('names what is missing before anything is sent', async () => {
    await using publisher = await Publisher.arrive()
    const { place } = publisher
    const directory = await writePlugin(place)
    const publish = ['marketplace', 'publish', directory, '--namespace', 'acme']
    const notLoggedIn = await place.mb(publish)
    expect(notLoggedIn.stderr).toContain('(MB_CLI_LOGIN_NEEDED)\nhint  Log in with `mb marketplace')
    expect(notLoggedIn.code).toBe(3)
    const env = { MB_MARKETPLACE_TOKEN: publisher.token }
    expect((await place.mb(publish, { env })).stderr).toContain('(MB_SDK_KEY_MISSING)')
    const absent = ['marketplace', 'publish', 'absent', '--namespace', 'acme']
    expect(await place.mb(absent, { env })).toMatchObject({ code: 4 })
  })
})

describe('mb marketplace login', () => {
  it('keeps the token where only the person can read it, and shows it nowhere', async () => {
    await using publisher = await Publisher.arrive()
    const { place, token } = publisher
    const login = ['marketplace', 'login', 'home', '--token-stdin']
    const plain = await place.mb([...login, '--debug'], { input: `${token}\n` })
    expect(plain.stdout).toMatch(/^✓ Logged in to home as ada\n/)
    const file = join(place.home, 'credentials.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(place.home)).mode & 0o777).toBe(0o700)
    const printed = [plain]
    for (const args of [
      [...login, '--json'],
      ['marketplace', 'repositories', 'list', '--json'],
      ['config', 'show', '--json'],
      ['status', '--json', '--debug'],
    ])
      printed.push(await place.mb(args, { input: token }))
    for (const { code, stdout, stderr } of printed) {
      expect(code).toBe(0)
      expect(stdout + stderr).not.toContain(token.slice(4, 30))
    }
    const holding = await filesWith(place.home, token)
    expect(holding).toEqual(['credentials.json'])
  })

  it.skipIf(!hasTerminal)(
    `asks for the token in a terminal, and shows nothing of it${noTerminal}`,
    async () => {
      await using publisher = await Publisher.arrive()
      const { place, token } = publisher
      const typed = { after: 'Token for home (not shown): ', type: `${token}\r` }
      const { code, stdout } = await mbInTerminal(place, ['marketplace', 'login'], typed)
      expect(code).toBe(0)
      expect(stripVTControlCharacters(stdout)).toContain('Logged in to home as ada')
      expect(stdout).not.toContain(token.slice(4, 30))
      const interrupted = await mbInTerminal(place, ['marketplace', 'login'], {
        ...typed,
        type: 'mbp_\u0003',
      })
      expect(interrupted.code).toBe(130)
    },
  )

  it('needs a terminal or --token-stdin', async () => {
    await using publisher = await Publisher.arrive()
    const { code, stderr } = await publisher.place.mb(['marketplace', 'login'])
    expect(code).toBe(3)
    expect(stderr).toContain(
      '(MB_CLI_NO_TERMINAL)\nhint  Pass it on standard input with --token-stdin',
    )
  })

  it('is undone by logout, which revokes the token', async () => {
    await using publisher = await Publisher.open()
    const { place, token } = publisher
    const out = await place.mb(['marketplace', 'logout'])
    expect(out).toMatchObject({ code: 0, stdout: '✓ Logged out of home\n' })
    const again = await place.mb(['marketplace', 'login', '--token-stdin'], { input: token })
    expect(again.code).toBe(3)
    expect((await place.mb(['marketplace', 'logout'])).stdout).toBe(
      'You were not logged in to home\n',
    )
  })

  it('forgets the token when the marketplace is gone, and says that it still works', async () => {
    await using publisher = await Publisher.open()
    const { place, server } = publisher
    await server[Symbol.asyncDispose]()
    const { code, stdout } = await place.mb(['marketplace', 'logout'])
    expect(code).toBe(0)
    expect(stdout).toContain('The token was not revoked, so that a copy of it still works')
    expect((await place.mb(['marketplace', 'repositories', 'list', '--json'])).stdout).toContain(
      '"token": null',
    )
  })

  it('refuses a token on the command line, without repeating it', async () => {
    await using publisher = await Publisher.arrive()
    const { place, token } = publisher
    for (const args of [
      [token],
      ['home', token],
      [`--token=${token}`],
      ['home', '--token', token],
    ]) {
      for (const json of [[], ['--json'], ['--debug']]) {
        const { code, stdout, stderr } = await place.mb(['marketplace', 'login', ...args, ...json])
        expect(code).toBe(2)
        expect(stdout + stderr).not.toContain(token.slice(4, 30))
      }
    }
  })

  it.each([
    ['a word that is no token', 'password'],
    ['nothing', ''],
    ['a token with a typing error', 'mbp_x'],
    ['far too much', 'x'.repeat(100_000)],
  ])('refuses %s, and asks nobody about it', async (_what, input) => {
    await using place = await Place.open()
    // Nothing listens there.
    const settings = 'marketplace: { repositories: [{ name: home, url: "http://127.0.0.1:9" }] }\n'
    await writeFile(join(place.folder, 'settings.yaml'), settings)
    const login = ['-c', 'settings.yaml', 'marketplace', 'login', '--token-stdin']
    const result = await place.mb(login, { input })
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toContain('(MB_CLI_VALUE)')
    expect(await listing(place.home)).toEqual([])
  })
})

async function filesWith(directory: string, text: string): Promise<readonly string[]> {
  const names = (await listing(directory))
    .filter((line) => line.startsWith('f'))
    .map((line) => line.split(' ')[2] ?? '')
  const contents = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))
  return names.filter((_name, at) => contents[at]?.includes(text))
}
