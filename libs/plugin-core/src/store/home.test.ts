import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { readCommandIndex } from '../command-index.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'

async function open(home: string): Promise<PluginHost> {
  return await openPluginHost({ home, consent: async () => true })
}

describe('a home', () => {
  it('that is a file, or has one on its way, is refused', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'file')
    await writeFile(file, 'text')
    await expect(open(file)).rejects.toMatchObject({
      code: 'MB_HOME_UNUSABLE',
      message: `Cannot use "${file}": it is not a folder`,
    })
    await expect(open(join(file, 'home'))).rejects.toMatchObject({ code: 'MB_HOME_UNUSABLE' })
    expect(await readFile(file, 'utf8')).toBe('text')
  })

  it.each([
    'plugins',
    'plugins/.staging',
    'journal',
    'logs',
    'state.db',
    'grants.json',
    'commands.index',
  ])('whose %s is a link is refused, and what it points to stays as it is', async (name) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await mkdir(join(home, 'plugins'), { recursive: true })
    await rm(join(home, name), { recursive: true, force: true })
    const target = join(folder.path, 'target')
    await mkdir(target)
    await symlink(target, join(home, name))
    await expect(open(home)).rejects.toMatchObject({
      code: 'MB_HOME_UNUSABLE',
      message: `Cannot use "${join(home, name)}": it is a link`,
    })
    expect(await readdir(target)).toEqual([])
  })

  it.each(['plugins/local', 'plugins/local/notes', 'plugins/local/notes/1.0.0'])(
    'whose %s is a link gets nothing installed through it',
    async (name) => {
      await using folder = await temporaryFolder()
      const home = join(folder.path, 'home')
      const target = join(folder.path, 'target')
      await mkdir(target)
      await mkdir(join(home, name, '..'), { recursive: true })
      await symlink(target, join(home, name))
      const host = await open(home)
      const source = await writePlugin(join(folder.path, 'source'))
      await expect(host.install(source)).rejects.toMatchObject({ code: 'MB_HOME_UNUSABLE' })
      expect(await readdir(target)).toEqual([])
    },
  )

  it('that is itself a link is where people moved it', async () => {
    await using folder = await temporaryFolder()
    const real = join(folder.path, 'real')
    const home = join(folder.path, 'home')
    await mkdir(real)
    await symlink(real, home)
    const host = await open(home)
    await host.install(await writePlugin(join(folder.path, 'source')))
    expect(host.list()).toHaveLength(1)
    await expectWhole(real)
  })

  it('may be moved with all that is in it', async () => {
    await using folder = await temporaryFolder()
    const [before, after] = [join(folder.path, 'before'), join(folder.path, 'after')]
    await (await open(before)).install(await writePlugin(join(folder.path, 'source')))
    await rename(before, after)
    expect((await open(after)).get('notes').directory).toBe(
      join(after, 'plugins/local/notes/1.0.0'),
    )
    await expectWhole(after)
  })

  it('with broken grants grants nothing and loses nothing', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const source = await writePlugin(join(folder.path, 'source'))
    await (await open(home)).install(source)
    const file = join(home, 'grants.json')
    for (const text of [
      '{',
      '[]',
      '{"version":1}',
      '{"version":1,"plugins":{"local/notes":{"grant":{}}}}',
    ]) {
      await writeFile(file, text)
      const host = await open(home)
      const before = await listing(home)
      await expect(host.grants('notes')).rejects.toMatchObject({
        code: 'MB_GRANTS_BROKEN',
        outcome: 'refused',
        hint: 'Mend the file, or move it away: plugins then ask for consent again',
      })
      await expect(host.install(source)).rejects.toMatchObject({ code: 'MB_GRANTS_BROKEN' })
      await expect(host.uninstall('notes')).rejects.toMatchObject({ code: 'MB_GRANTS_BROKEN' })
      expect(await listing(home)).toEqual(before)
    }
  })

  it('with a broken or later database says so and changes nothing', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await (await open(home)).install(await writePlugin(join(folder.path, 'source')))
    const file = join(home, 'state.db')
    const whole = await readFile(file)
    const database = new DatabaseSync(file)
    database.exec('PRAGMA user_version = 3')
    database.close()
    await expect(open(home)).rejects.toMatchObject({
      code: 'MB_STATE_BROKEN',
      message: 'Cannot read the installed plugins: their database has form 3, this version reads 2',
    })
    await writeFile(file, 'no database at all, and long enough to be taken for one'.repeat(100))
    await expect(open(home)).rejects.toMatchObject({ code: 'MB_STATE_BROKEN' })
    const way = expect.stringMatching(/^Move .*state\.db.* away and install your plugins again/)
    for (const damage of [
      'DROP TABLE plugins',
      `UPDATE versions SET manifest = '{'`,
      'DROP TABLE versions',
      'DELETE FROM versions',
      `UPDATE versions SET manifest = '{}'`,
      `UPDATE versions SET version = '9.9.9'`,
      `UPDATE plugins SET wanted_by = 'nobody'`,
      `UPDATE plugins SET held = '{}'`,
      `UPDATE plugins SET id = '../../etc'`,
      `UPDATE plugins SET words = '{'`,
    ]) {
      await writeFile(file, whole)
      const damaged = new DatabaseSync(file)
      damaged.exec(damage)
      damaged.close()
      const list = async (): Promise<unknown> => (await open(home)).list()
      await expect(list()).rejects.toMatchObject({ code: 'MB_STATE_BROKEN', hint: way })
    }
    await writeFile(file, whole)
    expect((await open(home)).list()).toHaveLength(1)
  })

  it('without its index, or with a broken one, gets it back', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await (await open(home)).install(await writePlugin(join(folder.path, 'source')))
    const index = readCommandIndex(home)
    for (const spoil of [
      () => rm(join(home, 'commands.index')),
      () => writeFile(join(home, 'commands.index'), '{'),
    ]) {
      await spoil()
      expect(readCommandIndex(home).commands).toEqual([])
      await open(home)
      expect(readCommandIndex(home)).toEqual(index)
    }
  })

  it('is swept of what killed processes staged, and of nothing that lives', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const staging = join(home, 'plugins/.staging')
    const { pid } = spawnSync('true')
    const here = /\d+/.exec(
      execFileSync('readlink', ['/proc/self/ns/pid'], { encoding: 'utf8' }),
    )?.[0]
    const dead = `${pid}-1-${String(here)}.aaaa`
    const elsewhere = '1-1-1.bbbb'
    const old = '1-1-1.cccc'
    for (const name of [dead, elsewhere, old]) await mkdir(join(staging, name), { recursive: true })
    await utimes(join(staging, old), 1, 1)
    await open(home)
    expect(await readdir(staging)).toEqual([elsewhere])
  })

  it.skipIf(process.getuid?.() !== 0)(
    'that may only be read can be listed, and nothing else',
    async () => {
      await using folder = await temporaryFolder()
      await chmod(folder.path, 0o755)
      const home = join(folder.path, 'home')
      await (await open(home)).install(await writePlugin(join(folder.path, 'source')))
      const nobody = 65_534
      for (const name of ['', ...(await readdir(home, { recursive: true }))])
        await chown(join(home, name), nobody, nobody)
      await chmod(home, 0o500)
      const program = `
      import { openPluginHost } from '@mb/plugin-core'
      process.setgid(${nobody}); process.setuid(${nobody})
      const host = await openPluginHost({ home: ${JSON.stringify(home)}, consent: async () => true })
      const refused = await host.disable('notes').then(() => 'done', (error) => error.code)
      console.log(JSON.stringify([host.list().map(({ id }) => id), refused]))`
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['--conditions=@mb/source', '--input-type=module', '--eval', program],
        { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') },
      )
      expect([stdout.trim(), stderr]).toEqual(['[["local/notes"],"MB_HOME_UNUSABLE"]', ''])
    },
  )
})
