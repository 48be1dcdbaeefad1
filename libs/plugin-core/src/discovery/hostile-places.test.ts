import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { makePipe } from '../fixtures/make-pipe.ts'
import { writePlugin } from '../fixtures/plugin-folder.ts'
import { temporaryProject } from '../fixtures/project.ts'
import type { Discovery } from './discovered-plugin.ts'
import { discoverPlugins } from './discover-plugins.ts'

const isFull = process.env['MB_TEST_SIZE'] === 'full'

/** The good plugin that each hostile place holds too: what stops at the first bad thing does not find it. */
async function goodOne(folder: string): Promise<void> {
  await writePlugin(join(folder, 'zz-good'), { manifest: { name: 'good' } })
}

function good({ plugins }: Discovery): readonly string[] {
  return plugins.map(({ id }) => id)
}

describe('discoverPlugins() in a folder of a stranger', () => {
  it('waits for no pipe, follows no link out of it, and goes round no circle', async () => {
    await using project = await temporaryProject()
    const { workspace, root } = project
    const folder = join(workspace, 'plugins')
    await writePlugin(join(root, 'secret'), { manifest: { name: 'secret' } })
    await goodOne(folder)
    await mkdir(join(folder, 'pipe'))
    makePipe(join(folder, 'pipe/plugin.yaml'))
    makePipe(join(folder, 'pipe.zip'))
    await mkdir(join(folder, 'folder/plugin.yaml'), { recursive: true })
    await mkdir(join(folder, 'folder.zip'))
    await symlink('/dev/zero', join(folder, 'device.tgz'))
    await mkdir(join(folder, 'linked'))
    await symlink(join(root, 'secret/plugin.json'), join(folder, 'linked/plugin.json'))
    await symlink(join(root, 'secret'), join(folder, 'outside'))
    await symlink('..', join(folder, 'up'))
    await symlink('.', join(folder, 'here'))
    await symlink('circle', join(folder, 'circle'))
    await symlink('absent', join(folder, 'nothing'))
    const found = await discoverPlugins(project)
    expect([...new Set(good(found))]).toEqual(['local/good'])
    expect(found.broken.map(({ path, problems }) => [path, problems[0]?.message])).toEqual(
      expect.arrayContaining([
        [join(folder, 'folder'), 'Cannot read it: it is no regular file'],
        [join(folder, 'linked'), 'Cannot read it: it is a link'],
        [join(folder, 'pipe'), 'Cannot read it: it is no regular file'],
      ]),
    )
    expect(found.notes.map(({ code, message }) => [code, message])).toEqual(
      expect.arrayContaining([
        ['link-outside', `"${folder}/device.tgz" is a link that leads out of "${workspace}"`],
        ['link-outside', `"${folder}/outside" is a link that leads out of "${workspace}"`],
      ]),
    )
    expect(JSON.stringify(found)).not.toContain('local/secret')
  })

  it('follows a link that stays inside, and says that one that leaves does', async () => {
    await using project = await temporaryProject()
    const { workspace, root } = project
    await writePlugin(join(workspace, 'src/mine'), { manifest: { name: 'mine' } })
    await mkdir(join(workspace, 'plugins'))
    await symlink('../src/mine', join(workspace, 'plugins/mine'))
    expect(good(await discoverPlugins(project))).toEqual(['local/mine'])
    // All of it leads elsewhere.
    await writePlugin(join(root, 'elsewhere/theirs'), { manifest: { name: 'theirs' } })
    await symlink(join(root, 'elsewhere'), join(workspace, 'local_plugins'))
    const found = await discoverPlugins(project)
    expect(good(found)).toEqual(['local/mine'])
    expect(found.notes.map(({ code }) => code)).toEqual(['link-outside'])
  })

  it('unpacks no bomb, and no more than there is to be unpacked', async () => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    await goodOne(folder)
    const zeros = Buffer.alloc(isFull ? 500_000_000 : 50_000_000)
    await writeFile(join(folder, 'bomb.tgz'), gzipSync(zeros))
    await mkdir(join(project.root, 'big'))
    await writeFile(join(project.root, 'big/a'), zeros)
    execFileSync('tar', [
      '-czf',
      join(folder, 'tar-bomb.tgz'),
      '-C',
      join(project.root, 'big'),
      '.',
    ])
    const before = process.memoryUsage.rss()
    const found = await discoverPlugins(project)
    expect(good(found)).toEqual(['local/good'])
    expect(found.broken.map(({ problems }) => problems[0]?.code)).toEqual([
      expect.stringMatching(/^MB_ARCHIVE_(?:BROKEN|TOO_LARGE)$/),
      'MB_ARCHIVE_TOO_LARGE',
    ])
    expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000)
  })

  it('unpacks of many archives together no more than of one', async () => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    await mkdir(join(project.root, 'big'))
    await writeFile(join(project.root, 'big/a'), randomBytes(4_000_000))
    await mkdir(folder)
    const archives = ['a.tgz', 'b.tgz', 'c.tgz']
    for (const name of archives)
      execFileSync('tar', ['-czf', join(folder, name), '-C', join(project.root, 'big'), '.'])
    const limits = { maxUnpackedBytes: 6_000_000 }
    const { broken } = await discoverPlugins({ ...project, limits })
    expect(broken.map(({ problems }) => problems[0]?.code)).toEqual([
      'MB_MANIFEST_MISSING',
      'MB_ARCHIVE_TOO_LARGE',
      'MB_ARCHIVE_TOO_LARGE',
    ])
  })

  it('reads no manifest that is too large, no text, or made to be slow', async () => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    await goodOne(folder)
    const texts = {
      deep: '['.repeat(500_000),
      deepJson: '{"a":'.repeat(100_000),
      aliases: `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 30 }, (_, at) => `b${at}: &b${at} [*a,*a,*a]`).join('\n')}`,
      giant: `name: giant\n#${'x'.repeat(1024 * 1024)}`,
      lines: 'a:\n'.repeat(300_000),
      nothing: '',
    }
    for (const [name, text] of Object.entries(texts)) {
      await mkdir(join(folder, name))
      await writeFile(
        join(folder, name, name.endsWith('Json') ? 'plugin.json' : 'plugin.yaml'),
        text,
      )
    }
    await mkdir(join(folder, 'binary'))
    await writeFile(join(folder, 'binary/plugin.yaml'), Buffer.from([0xff, 0xfe, 0, 1]))
    const found = await discoverPlugins(project)
    expect(good(found)).toEqual(['local/good'])
    expect(found.broken).toHaveLength(Object.keys(texts).length + 1)
    expect(found.broken.flatMap(({ problems }) => problems.map(({ message }) => message))).toEqual(
      expect.arrayContaining([
        'Cannot read it: it is no UTF-8 text',
        'Cannot read it: its manifest is larger than 1 MB',
      ]),
    )
  })

  it('looks at so many entries and plugins and no more, and says so', async () => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    const many = isFull ? 100_000 : 3000
    await mkdir(folder)
    for (let at = 0; at < many; at += 1000)
      await Promise.all(
        Array.from({ length: 1000 }, (_, more) => writeFile(join(folder, `file-${at + more}`), '')),
      )
    const limits = { maxEntries: many / 3 }
    const found = await discoverPlugins({ ...project, limits })
    expect(found.notes.map(({ code }) => code)).toEqual(['too-many'])
    await goodOne(join(project.workspace, 'local_plugins'))
    // One place that is full takes nothing from the others.
    expect(good(await discoverPlugins({ ...project, limits }))).toEqual(['local/good'])
    for (const name of ['a', 'b', 'c'])
      await writePlugin(join(project.root, 'system', name), { manifest: { name } })
    const few = await discoverPlugins({ ...project, limits: { ...limits, maxPlugins: 2 } })
    expect(few.notes.map(({ code }) => code)).toEqual(['too-many', 'too-many'])
  })

  it('gives nothing that does something to a terminal, or to whoever asks for its name', async () => {
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    const evil = '\u001b]0;owned\u0007\u202Egnp.\u2066\nname: x\u0000'
    await writePlugin(join(folder, 'labels'), {
      manifest: {
        name: 'labels',
        description: 'a\u202Eb',
        keywords: ['c\u2066d'],
        author: 'e\u200Bf',
      },
    })
    await writePlugin(join(folder, 'escape'), { manifest: { name: 'escape', description: evil } })
    await writePlugin(join(folder, 'name\u001b[2J\u202E'), { manifest: { [evil]: 1 } })
    await writePlugin(join(folder, 'proto'), { manifest: { name: '__proto__' } })
    const found = await discoverPlugins(project)
    expect(good(found)).toEqual(['local/labels'])
    const { path: _path, ...shown } = found.plugins[0] ?? { path: '' }
    const texts = JSON.stringify([shown, found.broken.map(({ problems }) => problems), found.notes])
    expect(texts).not.toMatch(/\\u001b|\\u0000|[\p{Cf}]/u)
    expect(shown).toMatchObject({ description: 'a b', keywords: ['c d'], author: 'e f' })
  })

  it('goes on past a folder that it may not read', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read everything')
    await using project = await temporaryProject()
    const folder = join(project.workspace, 'plugins')
    await goodOne(folder)
    await mkdir(join(folder, 'closed'))
    await chmod(join(folder, 'closed'), 0)
    const found = await discoverPlugins(project)
    expect(good(found)).toEqual(['local/good'])
    expect(found.notes.map(({ code }) => code)).toEqual(['unreadable'])
    await chmod(join(folder, 'closed'), 0o700)
  })

  it('looks no further up than where anybody may write', async () => {
    await using project = await temporaryProject()
    const { root, workspace } = project
    await writePlugin(join(root, 'node_modules/planted'), {
      manifest: { name: 'planted' },
      files: { 'package.json': '{"mb-plugin":true}' },
    })
    await writeFile(join(root, 'package.json'), '{}')
    expect(good(await discoverPlugins(project))).toEqual(['local/planted'])
    await chmod(root, 0o1777)
    expect(good(await discoverPlugins(project))).toEqual([])
    expect(
      good(await discoverPlugins({ ...project, workspace: join(workspace, 'absent') })),
    ).toEqual([])
    await chmod(root, 0o700)
  })
})
