import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectBackends, openSandbox } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { hasEngine, temporaryFolder } from './engine.ts'

const unshare = '/usr/bin/unshare'
const isRoot = process.getuid?.() === 0

describe.runIf(hasEngine)('inspectBackends()', () => {
  it('finds bubblewrap usable, with its version', async () => {
    expect(await inspectBackends()).toEqual([
      {
        backend: 'bubblewrap',
        level: 'sandbox',
        usable: true,
        version: expect.stringMatching(/^\d+\.\d+/),
      },
    ])
  })

  it.runIf(isRoot)('says what to do where user namespaces are forbidden', () => {
    const script = `
      import { inspectBackends, openSandbox } from '@mb/sandbox'
      const refusal = await openSandbox({ policy: {} }).catch(({ code, outcome }) => ({ code, outcome }))
      console.log(JSON.stringify([refusal, await inspectBackends()]))`
    const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
    const node = [process.execPath, '--conditions=@mb/source', '--input-type=module', '-e', script]
    const { stdout, stderr } = spawnSync(unshare, ['-Ur', 'sh', '-c', forbid, 'sh', ...node], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual([
      { code: 'MB_SANDBOX_BACKEND_MISSING', outcome: 'refused' },
      [
        expect.objectContaining({
          usable: false,
          reason: expect.stringContaining('namespace'),
          fix: 'Allow user namespaces: sudo sysctl user.max_user_namespaces=15000',
        }),
      ],
    ])
  })
})

describe.runIf(hasEngine)('the record of the probes', () => {
  it('is kept for this user alone, and used again', async () => {
    await using folder = await temporaryFolder()
    const cacheDirectory = join(folder.path, 'cache')
    const first = await ranAt(cacheDirectory)
    const [name] = await readdir(cacheDirectory)
    expect((await stat(cacheDirectory)).mode & 0o777).toBe(0o700)
    expect((await stat(join(cacheDirectory, name ?? ''))).mode & 0o777).toBe(0o600)
    expect(await ranAt(cacheDirectory)).toBe(first)
  })

  it('is not believed from a folder that others can write, nor when it is broken', async () => {
    await using folder = await temporaryFolder()
    const cacheDirectory = join(folder.path, 'cache')
    const first = await ranAt(cacheDirectory)
    const [name] = await readdir(cacheDirectory)
    const record = join(cacheDirectory, name ?? '')
    const text = await readFile(record, 'utf8')
    for (const broken of ['', '{}', '{"ranAt":"x","findings":[]}', 'x'.repeat(100_000)]) {
      await writeFile(record, broken)
      expect(await ranAt(cacheDirectory)).not.toBe(first)
    }
    const open = join(folder.path, 'open')
    await mkdir(open)
    await writeFile(join(open, name ?? ''), text.replace(first, 'forged'))
    spawnSync('chmod', ['777', open])
    expect(await ranAt(open)).not.toBe('forged')
  })
})

/** Asked in another process each time: one process asks once. */
async function ranAt(cacheDirectory: string): Promise<string> {
  const script = `
    import { openSandbox } from '@mb/sandbox'
    await using sandbox = await openSandbox({ policy: {}, cacheDirectory: process.argv[1] })
    console.log((await sandbox.run('true')).receipt.probes.ranAt)`
  const { stdout } = spawnSync(
    process.execPath,
    ['--conditions=@mb/source', '--input-type=module', '-e', script, cacheDirectory],
    { cwd: import.meta.dirname, encoding: 'utf8' },
  )
  return stdout.trim()
}

describe.runIf(hasEngine)('openSandbox()', () => {
  it('refuses to have its own record written', async () => {
    await using folder = await temporaryFolder()
    const cacheDirectory = join(folder.path, 'cache')
    await expect(
      openSandbox({ policy: { fs: { write: [folder.path] } }, cacheDirectory }),
    ).rejects.toMatchObject({ code: 'MB_SANDBOX_POLICY' })
  })

  it('refuses that also through a link, before there is a record', async () => {
    await using folder = await temporaryFolder()
    const [home, link] = [join(folder.path, 'home'), join(folder.path, 'link')]
    await mkdir(home)
    await symlink(home, link)
    await expect(
      openSandbox({
        policy: { fs: { write: [home] } },
        cacheDirectory: join(link, 'cache', 'sandbox'),
      }),
    ).rejects.toMatchObject({ code: 'MB_SANDBOX_POLICY' })
  })
})
