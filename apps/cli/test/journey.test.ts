import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { listing } from './listing.ts'
import { Place } from './mb.ts'

/** A plugin from the template, packed without its build: what npm would install is not needed for the way through mb. */
async function packed(): Promise<Place> {
  const place = await Place.open()
  const project = join(place.folder, 'notes')
  const created = await place.mb(['sdk', 'create', 'notes', '--author', 'Ada'])
  expect(created).toMatchObject({ code: 0, stderr: '' })
  expect(created.stdout).toContain('Next:\n  cd notes\n')
  await mkdir(join(project, 'dist'))
  await writeFile(join(project, 'dist/index.mjs'), 'export default { commands: {} }\n')
  expect(await place.mb(['sdk', 'validate', 'notes'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('✓ The plugin is valid\n'),
  })
  expect(await place.mb(['sdk', 'keys', 'create'])).toMatchObject({ code: 0 })
  expect(await place.mb(['sdk', 'package', 'notes', '--sign', '--no-build'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('✓ notes/packages/notes-0.1.0.zip '),
  })
  const { stdout: key } = await place.mb(['sdk', 'keys', 'export'])
  expect(key).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
  await writeFile(join(place.folder, 'notes.pem'), key)
  return place
}

const archives = ['zip', 'tar.gz', 'tgz'].map((ending) => `notes/packages/notes-0.1.0.${ending}`)

describe('the way of a plugin', () => {
  it('goes from create to uninstall', async () => {
    await using place = await packed()
    for (const archive of archives) {
      const install = ['plugin', 'install', archive, '--public-key', 'notes.pem', '--yes']
      const { code, stderr } = await place.mb(install)
      expect(stderr).toMatch(/^signed by {2}key [0-9a-f]{16}…/m)
      expect(code).toBe(0)
      const { stdout } = await place.mb(['plugin', 'list', '--json'])
      expect(JSON.parse(stdout)).toMatchObject([
        { id: 'local/notes', version: '0.1.0', enabled: true, signature: { status: 'signed' } },
      ])
      expect((await place.mb(['status'])).stdout).toContain('1 installed, 1 enabled, 0 unsigned')
      expect((await place.mb(['plugin', 'info', 'notes'])).stdout).toContain('made by    Ada\n')
      const removed = await place.mb(['plugin', 'uninstall', 'notes', '--purge', '--forget-signer'])
      expect(removed).toMatchObject({ code: 0, stderr: '' })
    }
    expect((await place.mb(['plugin', 'list'])).stdout).toMatch(/^No plugin is installed/)
  })

  it('never prints the private half of a key', async () => {
    await using place = await packed()
    const file = await readFile(join(place.home, 'keys/default.key'), 'utf8')
    const secret = file.split('\n')[1] ?? ''
    expect(secret.length).toBeGreaterThan(20)
    for (const args of [
      ['sdk', 'keys', 'list', '--json'],
      ['sdk', 'keys', 'export', '--json'],
      ['sdk', 'keys', 'create', '--debug'],
    ]) {
      const { stdout, stderr } = await place.mb(args)
      expect(stdout + stderr).not.toContain(secret)
    }
  })

  it('ends where somebody changed the package', async () => {
    await using place = await packed()
    const opened = join(place.folder, 'opened')
    const before = await listing(place.home)
    const changes: readonly (readonly [string, (entry: string) => Promise<void>, string])[] = [
      [
        'a byte',
        (entry) => writeFile(entry, 'export default { commands: { } }\n'),
        'MB_DIGEST_MISMATCH',
      ],
      ['a file', (entry) => copyFile(entry, `${entry}.more`), 'MB_DIGEST_MISMATCH'],
      ['a mode', (entry) => chmod(entry, 0o755), 'MB_DIGEST_MISMATCH'],
    ]
    for (const [what, change, expected] of changes) {
      const directory = join(opened, what)
      await mkdir(directory, { recursive: true })
      await unpack(place, directory)
      await change(join(directory, 'dist/index.mjs'))
      const { code, stderr } = await place.mb(['plugin', 'install', directory, '--yes'])
      expect(stderr).toContain(expected)
      expect(code).not.toBe(0)
      expect(await listing(place.home)).toEqual(before)
    }
  })

  it('ends where another key signed than the one that is asked for', async () => {
    await using place = await packed()
    await place.mb(['sdk', 'keys', 'create', 'other'])
    const { stdout } = await place.mb(['sdk', 'keys', 'export', 'other'])
    await writeFile(join(place.folder, 'other.pem'), stdout)
    const before = await listing(place.home)
    const install = ['plugin', 'install', 'notes/packages/notes-0.1.0.zip', '--yes']
    const { code, stderr } = await place.mb([...install, '--public-key', 'other.pem'])
    expect(stderr).toContain('(MB_PLUGIN_SIGNER_CHANGED)')
    expect(code).toBe(3)
    expect(await listing(place.home)).toEqual(before)
  })

  it('asks before a key is deleted', async () => {
    await using place = await packed()
    const refused = await place.mb(['sdk', 'keys', 'delete', 'default'])
    expect(refused.stderr).toContain('(MB_CLI_NO_TERMINAL)\nhint  Say so with --yes\n')
    expect(refused.code).toBe(3)
    expect(await place.mb(['sdk', 'keys', 'delete', 'default', '--yes'])).toMatchObject({ code: 0 })
    expect((await place.mb(['sdk', 'keys', 'list'])).stdout).toMatch(/^You have no key/)
  })
})

describe('mb sdk package', () => {
  it.each([
    [['--sign', './notes'], 'MB_CLI_USAGE', 2],
    [['--sign', 'nobody'], 'MB_SDK_KEY_MISSING', 4],
    [['--format', 'rar'], 'MB_CLI_VALUE', 2],
    [['absent'], 'MB_SDK_PROJECT_MISSING', 4],
  ])('refuses %j with %s', async (args, expected, exitCode) => {
    await using place = await Place.open()
    const { code, stderr } = await place.mb(['sdk', 'package', ...args])
    expect(stderr).toContain(`(${expected})`)
    expect(code).toBe(exitCode)
  })
})

async function unpack(place: Place, directory: string): Promise<void> {
  const archive = join(place.folder, 'notes/packages/notes-0.1.0.tar.gz')
  await promisify(execFile)('tar', ['-xzf', archive, '-C', directory])
}
