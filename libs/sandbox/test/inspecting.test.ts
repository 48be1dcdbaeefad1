import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectBackends, openSandbox, type BackendName } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { isTestable, onEachBackend, strongBackends, temporaryFolder } from './engine.ts'

const local: readonly BackendName[] = ['bubblewrap', 'namespaces', 'landlock']
const unshare = '/usr/bin/unshare'
const isRoot = process.getuid?.() === 0

describe('inspectBackends()', () => {
  it.runIf(local.every(isTestable))('finds each usable, and chooses bubblewrap', async () => {
    const about = { level: 'sandbox', usable: true, version: expect.stringMatching(/^\d+\.\d+/) }
    expect(await inspectBackends({ backends: local })).toEqual([
      { ...about, backend: 'bubblewrap', chosen: true },
      { ...about, backend: 'namespaces', chosen: false },
      { ...about, level: 'restricted', backend: 'landlock', chosen: false },
    ])
  })

  it.runIf(isRoot && local.some(isTestable))(
    'says what to do where user namespaces are forbidden',
    () => {
      const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
      expect(lookAfter(['-Ur'], forbid)).toEqual([
        { code: 'MB_SANDBOX_BACKEND_MISSING', outcome: 'refused' },
        [
          expect.objectContaining({
            usable: false,
            chosen: false,
            // One that is not installed has to be, first of all.
            fix: expect.stringMatching(/max_user_namespaces=15000|install bubblewrap/),
          }),
          {
            backend: 'namespaces',
            level: 'sandbox',
            usable: false,
            chosen: false,
            version: expect.any(String),
            reason: 'Cannot start a sandbox: cannot make namespaces: No space left on device',
            fix: allow,
          },
          expect.objectContaining({ backend: 'landlock', level: 'restricted', usable: true }),
        ],
      ])
    },
  )

  it.runIf(isRoot && isTestable('namespaces'))(
    'chooses namespaces where bubblewrap is not installed',
    () => {
      const hide = 'test ! -e /usr/bin/bwrap || mount --bind /dev/null /usr/bin/bwrap; exec "$@"'
      expect(lookAfter(['-m'], hide)).toEqual([
        'namespaces',
        [
          {
            backend: 'bubblewrap',
            level: 'sandbox',
            usable: false,
            chosen: false,
            reason: 'Cannot open a sandbox: bubblewrap is not installed where only root can write',
            fix: expect.stringContaining('bubblewrap'),
          },
          expect.objectContaining({ backend: 'namespaces', usable: true, chosen: true }),
          expect.objectContaining({ backend: 'landlock', usable: true, chosen: false }),
        ],
      ])
    },
  )

  it.runIf(isRoot && local.every(isTestable))(
    'chooses namespaces where bubblewrap does not work',
    () => {
      const fake = '#!/bin/sh\necho bubblewrap 0.9.0; test "$1" = --version'
      const replace = `f=$(mktemp) && printf '${fake}' > $f && chmod 755 $f && mount --bind $f /usr/bin/bwrap; rm -f $f; exec "$@"`
      expect(lookAfter(['-m'], replace)).toEqual([
        'namespaces',
        [
          expect.objectContaining({ backend: 'bubblewrap', usable: false, version: '0.9.0' }),
          expect.objectContaining({ backend: 'namespaces', usable: true, chosen: true }),
          expect.objectContaining({ backend: 'landlock', usable: true, chosen: false }),
        ],
      ])
    },
  )
})

const allow = 'Allow user namespaces: sudo sysctl user.max_user_namespaces=15000'

/** What a program finds that runs after a change, which a namespace keeps to it: the backend of a run, and the reports. */
function lookAfter(namespaces: readonly string[], change: string): unknown {
  const script = `
    import { inspectBackends, openSandbox } from '@mb/sandbox'
    const look = async () => {
      await using sandbox = await openSandbox({ policy: {} })
      return (await sandbox.run('true')).receipt.backend
    }
    const found = await look().catch(({ code, outcome }) => ({ code, outcome }))
    console.log(JSON.stringify([found, await inspectBackends({ backends: ${JSON.stringify(local)} })]))`
  const node = [process.execPath, '--conditions=@mb/source', '--input-type=module', '-e', script]
  const args = [...namespaces, 'sh', '-c', change, 'sh', ...node]
  const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const
  const { stdout, stderr } = spawnSync(unshare, args, options)
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

onEachBackend('the record of the probes', (backend) => {
  it('is kept for this user alone, and used again', async () => {
    await using folder = await temporaryFolder()
    const cacheDirectory = join(folder.path, 'cache')
    const first = await ranAt(backend, cacheDirectory)
    const [name] = await recordsIn(cacheDirectory)
    expect((await stat(cacheDirectory)).mode & 0o777).toBe(0o700)
    expect((await stat(join(cacheDirectory, name ?? ''))).mode & 0o777).toBe(0o600)
    expect(await ranAt(backend, cacheDirectory)).toBe(first)
  })

  it('is of this backend alone', async () => {
    await using folder = await temporaryFolder()
    for (const each of strongBackends.filter(isTestable)) await ranAt(each, folder.path)
    expect(await recordsIn(folder.path)).toHaveLength(strongBackends.filter(isTestable).length)
  })

  it('is not believed from a folder that others can write, nor when it is broken', async () => {
    await using folder = await temporaryFolder()
    const cacheDirectory = join(folder.path, 'cache')
    const first = await ranAt(backend, cacheDirectory)
    const [name] = await recordsIn(cacheDirectory)
    const record = join(cacheDirectory, name ?? '')
    const text = await readFile(record, 'utf8')
    const [key = ''] = text.split('\n')
    const nothing = `${key}\n{"ranAt":"x","findings":[]}`
    const foreign = text.replace('"backend"', '"Backend"')
    for (const broken of ['', '{}', nothing, `${key}\n{`, foreign, 'x'.repeat(100_000)]) {
      await writeFile(record, broken)
      expect(await ranAt(backend, cacheDirectory)).not.toBe(first)
    }
    const open = join(folder.path, 'open')
    await mkdir(open)
    await writeFile(join(open, name ?? ''), text.replace(first, 'forged'))
    spawnSync('chmod', ['777', open])
    expect(await ranAt(backend, open)).not.toBe('forged')
  })
})

async function recordsIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.startsWith('probes-'))
}

/** Asked in another process each time: one process asks once. */
async function ranAt(backend: BackendName, cacheDirectory: string): Promise<string> {
  const script = `
    import { openSandbox } from '@mb/sandbox'
    await using sandbox = await openSandbox({ backend: process.argv[2], policy: {}, cacheDirectory: process.argv[1] })
    console.log((await sandbox.run('true')).receipt.probes.ranAt)`
  const { stdout } = spawnSync(
    process.execPath,
    ['--conditions=@mb/source', '--input-type=module', '-e', script, cacheDirectory, backend],
    { cwd: import.meta.dirname, encoding: 'utf8' },
  )
  return stdout.trim()
}

onEachBackend('openSandbox()', (backend) => {
  it('refuses to have its own record written', async () => {
    await using folder = await temporaryFolder()
    const cacheDirectory = join(folder.path, 'cache')
    await expect(
      openSandbox({ backend, policy: { fs: { write: [folder.path] } }, cacheDirectory }),
    ).rejects.toMatchObject({ code: 'MB_SANDBOX_POLICY' })
  })

  it('refuses that also through a link, before there is a record', async () => {
    await using folder = await temporaryFolder()
    const [home, link] = [join(folder.path, 'home'), join(folder.path, 'link')]
    await mkdir(home)
    await symlink(home, link)
    await expect(
      openSandbox({
        backend,
        policy: { fs: { write: [home] } },
        cacheDirectory: join(link, 'cache', 'sandbox'),
      }),
    ).rejects.toMatchObject({ code: 'MB_SANDBOX_POLICY' })
  })
})

describe.runIf(isRoot && isTestable('namespaces') && isTestable('landlock'))('the ladder', () => {
  const hide = 'test ! -e /usr/bin/bwrap || mount --bind /dev/null /usr/bin/bwrap'
  const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces'

  it('ends at a restricted jail only where less may be proved', () => {
    const rungs = [hide, forbid].join('; ')
    expect(climb(['-Urm'], rungs, 'restricted')).toMatchObject({
      backend: 'landlock',
      level: 'restricted',
    })
    expect(climb(['-Urm'], rungs, 'sandbox')).toMatchObject({
      code: 'MB_SANDBOX_BACKEND_MISSING',
      outcome: 'refused',
      hint: `${allow}\nOr accept less: with isolation.minimum: [restricted] backend landlock works here`,
    })
  })

  it('never ends at none, however little has to be proved', () => {
    expect(climb(['-m'], hide, 'none')).toMatchObject({ backend: 'namespaces', level: 'sandbox' })
  })

  it('is looked at no further than what is chosen, where that is enough', async () => {
    const reports = await inspectBackends({ isFirstEnough: true })
    expect(reports.map(({ chosen }) => chosen)).toEqual([
      ...reports.slice(1).map(() => false),
      true,
    ])
  })
})

/** What a program gets that opens a sandbox of a level after a change. */
function climb(namespaces: readonly string[], change: string, level: string): unknown {
  const script = `
    import { levelItems, openSandbox } from '@mb/sandbox'
    const run = async () => {
      await using sandbox = await openSandbox({ policy: {}, minimum: levelItems(process.argv[1]) })
      return (await sandbox.run('true')).receipt
    }
    console.log(JSON.stringify(await run().catch(({ code, outcome, hint }) => ({ code, outcome, hint }))))`
  const node = [process.execPath, '--conditions=@mb/source', '--input-type=module', '-e', script]
  const words = [...namespaces, 'sh', '-c', `${change}; exec "$@"`, 'sh', ...node, level]
  const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const
  const { stdout, stderr } = spawnSync(unshare, words, options)
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}
