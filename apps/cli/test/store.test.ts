import { appendFile, chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { listing } from './listing.ts'
import { Place } from './mb.ts'

/** Writes a plugin with one command of its own name, and installs it. */
async function install(
  place: Place,
  name: string,
  { version = '1.0.0', plugins = '{}' } = {},
): Promise<string> {
  // One folder for all versions: it is what vouches for what nobody signed.
  const directory = join(place.root, name)
  await mkdir(join(directory, 'dist'), { recursive: true })
  await writeFile(
    join(directory, 'plugin.yaml'),
    `name: ${name}\nversion: ${version}\ndescription: Says its version\nauthor: Ada\nlicense: MIT\nentry: dist/index.mjs\nplugins: ${plugins}\ncommands: [{ name: ${name}, summary: Says its version }]\n`,
  )
  await writeFile(
    join(directory, 'dist/index.mjs'),
    `export default { commands: { '${name}': () => console.log('${version}') } }\n`,
  )
  expect(await place.mb(['plugin', 'install', directory, '--yes'])).toMatchObject({ code: 0 })
  return directory
}

describe('mb plugin rollback and history', () => {
  it.skipIf(isSkipped)(`go back, and tell what was done${skipReason}`, async () => {
    await using place = await Place.open()
    await install(place, 'says')
    await install(place, 'says', { version: '1.1.0' })
    expect((await place.mb(['plugin', 'list', '--versions'])).stdout).toMatch(
      /VERSION +KEPT[^]*local\/says +1\.1\.0 +1\.0\.0 /,
    )
    const before = await listing(place.home)
    expect(await place.mb(['plugin', 'rollback', 'says', '--dry-run'])).toMatchObject({
      code: 0,
      stdout: 'local/says would go back from 1.1.0 to 1.0.0\n',
    })
    expect(await listing(place.home)).toEqual(before)
    expect(await place.mb(['plugin', 'rollback', 'says', '--reason', 'It was slow'])).toMatchObject(
      {
        code: 0,
        stdout: '✓ local/says went back from 1.1.0 to 1.0.0\n',
      },
    )
    expect((await place.mb(['says'])).stdout).toBe('1.0.0\n')
    expect(await place.mb(['plugin', 'rollback', 'says'])).toMatchObject({ code: 4 })
    expect(await place.mb(['plugin', 'rollback', 'says', '1.1.0'])).toMatchObject({ code: 0 })
    expect((await place.mb(['says'])).stdout).toBe('1.1.0\n')
    const { stdout } = await place.mb(['plugin', 'history', 'says', '--json'])
    expect(JSON.parse(stdout)).toMatchObject([
      { action: 'rollback', from: '1.0.0', to: '1.1.0' },
      { action: 'rollback', from: '1.1.0', to: '1.0.0', reason: 'It was slow' },
      { action: 'update', from: '1.0.0', to: '1.1.0' },
      { action: 'install', to: '1.0.0' },
    ])
    expect((await place.mb(['plugin', 'history', '--limit', '1'])).stdout).toMatch(
      /^WHEN +PLUGIN +WHAT +FROM +TO[^]*\n\S+Z +local\/says +rollback +1\.0\.0 +1\.1\.0\s*\n$/,
    )
    expect(await place.mb(['plugin', 'history', '--limit', '0'])).toMatchObject({ code: 2 })
    const statistics = JSON.parse((await place.mb(['plugin', 'statistics', '--json'])).stdout)
    expect(statistics).toMatchObject({
      total: 1,
      runs: 2,
      errors: 0,
      byType: { command: 1 },
      plugins: [{ id: 'local/says', runs: 2 }],
    })
    expect((await place.mb(['plugin', 'statistics'])).stdout).toContain('2, of which 0 failed')
  })
})

describe('mb plugin uninstall', () => {
  it('stays with what others need, says what breaks, and removes what nobody needs', async () => {
    await using place = await Place.open()
    await install(place, 'base')
    await install(place, 'app', { plugins: '{ base: ^1.0.0 }' })
    const refused = await place.mb(['plugin', 'uninstall', 'base'])
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain(
      'Cannot uninstall "local/base": "local/app" needs "base" ^1.0.0',
    )
    const dry = await place.mb(['plugin', 'uninstall', 'base', '--force', '--dry-run'])
    expect(dry).toMatchObject({
      code: 0,
      stdout:
        'Would remove local/base 1.0.0 and what was granted to it\n! local/app needs base ^1.0.0 and lacks it\n',
    })
    expect(await place.mb(['plugin', 'uninstall', 'app'])).toMatchObject({ code: 0 })
    expect(await place.mb(['plugin', 'uninstall', 'base'])).toMatchObject({ code: 0 })
    expect((await place.mb(['plugin', 'list'])).stdout).toContain('No plugin is installed')
  })
})

describe('mb plugin export and import', () => {
  it('say when there is no such file', async () => {
    await using place = await Place.open()
    const { code, stderr } = await place.mb(['plugin', 'import', 'absent.json'])
    expect(code).toBe(2)
    expect(stderr).toContain(
      `Cannot read the plugins in "${join(place.folder, 'absent.json')}": there is no such file`,
    )
  })

  it('take plugins along, and ask for consent there', async () => {
    await using here = await Place.open()
    await using there = await Place.open()
    await install(here, 'one')
    await install(here, 'two')
    const file = join(here.folder, 'plugins.json')
    const exported = await here.mb(['plugin', 'export', 'plugins.json', '--with-packages'])
    expect(exported).toMatchObject({ code: 0 })
    expect(exported.stdout).toContain(`✓ Exported 2 plugins to ${file}\n`)
    expect(await here.mb(['plugin', 'export', 'plugins.json'])).toMatchObject({ code: 3 })
    const dry = await there.mb(['plugin', 'import', file, '--dry-run'])
    expect(dry.stdout).toBe(
      '✓ local/one 1.0.0 would be installed from plugins.packages/local-one-1.0.0.tar.gz\n✓ local/two 1.0.0 would be installed from plugins.packages/local-two-1.0.0.tar.gz\n',
    )
    const unasked = await there.mb(['plugin', 'import', file])
    expect(unasked.code).toBe(3)
    expect(unasked.stderr).toContain('MB_PLUGIN_CONSENT_NEEDED')
    expect(await there.mb(['plugin', 'list', '--json'])).toMatchObject({ stdout: '[]\n' })
    expect(await there.mb(['plugin', 'import', file, '--yes'])).toMatchObject({ code: 0 })
    const { stdout } = await there.mb(['plugin', 'list', '--json'])
    expect(JSON.parse(stdout)).toMatchObject([{ id: 'local/one' }, { id: 'local/two' }])
    expect((await there.mb(['plugin', 'import', file])).stdout).toContain('was there already')
  })
})

describe('mb plugin doctor', () => {
  it('finds nothing, then what is wrong, and mends it, also where nothing else works', async () => {
    await using place = await Place.open()
    expect(await place.mb(['plugin', 'doctor'])).toMatchObject({
      code: 0,
      stdout: '✓ All is as it should be\n',
    })
    await install(place, 'says')
    await install(place, 'says', { version: '1.1.0' })
    const entry = join(place.home, 'plugins/local/says/1.1.0/dist/index.mjs')
    await chmod(entry, 0o644)
    await appendFile(entry, 'evil()')
    const found = await place.mb(['plugin', 'doctor'])
    expect(found.code).toBe(1)
    expect(found.stdout).toContain(
      '✗ Files were changed since they were verified: local/says 1.1.0 cannot run (package-changed)\n',
    )
    expect(found.stdout).toContain('    --fix goes back to 1.0.0, whose files are whole')
    const mended = await place.mb(['plugin', 'doctor', '--fix', '--json'])
    expect(mended.code).toBe(0)
    expect(JSON.parse(mended.stdout)).toMatchObject({
      isHealthy: true,
      findings: [{ code: 'package-changed', isMended: true }],
    })
    await rm(join(place.home, 'state.db-wal'), { force: true })
    await writeFile(join(place.home, 'state.db'), 'no database'.repeat(999))
    expect(await place.mb(['plugin', 'list'])).toMatchObject({ code: 1 })
    expect((await place.mb(['plugin', 'doctor', '--fix'])).code).toBe(1)
    expect((await place.mb(['plugin', 'doctor'])).stdout).toContain('mb plugin approve local/says')
    expect(await place.mb(['plugin', 'approve', 'says', '--yes'])).toMatchObject({ code: 0 })
    expect(await place.mb(['plugin', 'doctor'])).toMatchObject({ code: 0 })
    expect((await readdir(place.home)).some((name) => name.startsWith('state.db.damaged-'))).toBe(
      true,
    )
  })
})
