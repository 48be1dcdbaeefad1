import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { onEachBackend, onEveryBackend, temporaryFolder } from '../engine.ts'
import { open, sh } from './open.ts'

onEveryBackend('what is denied', (backend) => {
  it('is hidden in folders to read and to write, and what is beside it is not', async () => {
    await using folder = await temporaryFolder()
    for (const grant of ['read', 'write']) {
      await mkdir(join(folder.path, grant, 'secret'), { recursive: true })
      await writeFile(join(folder.path, grant, 'secret', 'key'), 'canary')
      await writeFile(join(folder.path, grant, 'token'), 'canary')
      await writeFile(join(folder.path, grant, 'open'), 'open')
    }
    const script =
      'for at in read write; do cat $at/open; cat $at/secret/key; cat $at/token; done 2>/dev/null; ls -A read/secret 2>/dev/null'
    const fs = { read: [join(folder.path, 'read')], write: [join(folder.path, 'write')] }
    await using control = await open(backend, { fs })
    expect(await sh(control, script, folder.path)).toBe('opencanarycanaryopencanarycanarykey\n')
    const names = ['read/secret', 'read/token', 'write/secret', 'write/token']
    const deny = names.map((name) => join(folder.path, name))
    await using sandbox = await open(backend, { fs: { ...fs, deny } })
    expect(await sh(sandbox, script, folder.path)).toBe('openopen')
    const change =
      'echo x >write/secret/key; echo x >write/token; mv write/secret s; rm -r write/token'
    await sandbox.run('sh', ['-c', change], { cwd: folder.path })
    expect(await readFile(join(folder.path, 'write/secret/key'), 'utf8')).toBe('canary')
    expect(await readFile(join(folder.path, 'write/token'), 'utf8')).toBe('canary')
  })

  it('is hidden through links', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'granted/real'), { recursive: true })
    await writeFile(join(folder.path, 'granted/real/key'), 'canary')
    await symlink('real', join(folder.path, 'granted/link'))
    const granted = join(folder.path, 'granted')
    const policy = { fs: { read: [granted], deny: [join(granted, 'link')] } }
    await using sandbox = await open(backend, policy)
    expect(await sh(sandbox, 'cat link/key real/key 2>/dev/null', granted)).toBe('')
  })

  it('wins over a grant in it, of it and around it', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'a/b'), { recursive: true })
    for (const path of ['a', 'a/b'])
      await expect(
        open(backend, { fs: { read: [join(folder.path, path)], deny: [join(folder.path, 'a')] } }),
      ).rejects.toMatchObject({ code: 'MB_SANDBOX_POLICY' })
  })
})

onEachBackend('keys', (backend) => {
  it('are hidden in a home that is granted, but for those that the caller takes the risk of', async () => {
    await using folder = await temporaryFolder()
    const home = folder.path
    await mkdir(join(home, '.ssh'))
    await mkdir(join(home, '.aws'))
    await mkdir(join(home, 'notes'))
    await writeFile(join(home, '.ssh/id'), 'canary')
    await writeFile(join(home, '.ssh/known_hosts'), 'hosts')
    await writeFile(join(home, '.aws/credentials'), 'canary')
    await writeFile(join(home, 'notes/a'), 'note')
    const script = 'cat .ssh/id .ssh/known_hosts .aws/credentials notes/a 2>/dev/null; true'
    await using hidden = await open(backend, { fs: { read: [home] } })
    expect(await sh(hidden, script, home)).toBe('note')
    const dangerous = [join(home, '.ssh/known_hosts'), join(home, '.aws')]
    await using risked = await open(backend, { fs: { read: [home], dangerous } })
    expect(await sh(risked, `${script}; echo x >>.aws/credentials`, home)).toBe('hostscanarynote')
    expect(await readFile(join(home, '.aws/credentials'), 'utf8')).toBe('canary')
    await expect(open(backend, { fs: { read: [join(home, '.ssh')] } })).rejects.toMatchObject({
      code: 'MB_SANDBOX_POLICY',
      message: expect.stringContaining('it holds your SSH keys'),
    })
  })
})
