import { linkSync } from 'node:fs'
import { mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { onEveryBackend, temporaryFolder } from '../engine.ts'
import { open } from './open.ts'

onEveryBackend('a link at a guarded name', (backend) => {
  it('is put back, what took its place is moved aside, and both are told', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'notes'), 'notes')
    await symlink('notes', join(folder.path, 'CLAUDE.md'))
    await using sandbox = await open(backend, { fs: { write: [folder.path] } })
    const script = 'rm CLAUDE.md && echo planted >CLAUDE.md'
    const { code, violations } = await sandbox.run('sh', ['-c', script], { cwd: folder.path })
    expect(await readlink(join(folder.path, 'CLAUDE.md'))).toBe('notes')
    expect(await readFile(join(folder.path, 'notes'), 'utf8')).toBe('notes')
    if (code !== 0) return
    expect(await readFile(join(folder.path, 'CLAUDE.md.refused-1'), 'utf8')).toBe('planted\n')
    expect(violations).toEqual([
      { kind: 'protected-path', name: join(folder.path, 'CLAUDE.md'), count: 1 },
    ])
  })
})

onEveryBackend('links in granted folders', (backend) => {
  it('lead nowhere when they leave what is granted', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'granted'))
    await writeFile(join(folder.path, 'canary'), 'canary')
    await symlink('../canary', join(folder.path, 'granted/up'))
    await symlink(join(folder.path, 'canary'), join(folder.path, 'granted/whole'))
    const granted = join(folder.path, 'granted')
    await using sandbox = await open(backend, { fs: { write: [granted] } })
    const read = await sandbox.run('sh', ['-c', 'cat up whole'], { cwd: granted })
    expect(read).toMatchObject({ code: 1, stdout: '' })
    await sandbox.run('sh', ['-c', 'echo x >up; echo x >whole'], { cwd: granted })
    expect(await readFile(join(folder.path, 'canary'), 'utf8')).toBe('canary')
  })

  it('are refused as hard links, where the file itself would be written', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'file'), '')
    linkSync(join(folder.path, 'file'), join(folder.path, 'other'))
    await expect(
      open(backend, { fs: { write: [join(folder.path, 'file')] } }),
    ).rejects.toMatchObject({
      code: 'MB_SANDBOX_POLICY',
      message: expect.stringContaining('it is one of 2 hard links to a file'),
    })
    await using sandbox = await open(backend, { fs: { read: [join(folder.path, 'file')] } })
    expect(await sandbox.run('true')).toMatchObject({ code: 0 })
  })
})
