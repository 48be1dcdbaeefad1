import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectBackends } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { Place, program } from './mb.ts'

const works = new Set(
  (await inspectBackends({ backends: ['bubblewrap', 'namespaces', 'landlock'] }))
    .filter(({ usable }) => usable)
    .map(({ backend }) => backend),
)

describe.skipIf(isSkipped)(`mb sandbox run --backend${skipReason}`, () => {
  for (const backend of ['bubblewrap', 'namespaces', 'landlock'] as const) {
    it.skipIf(!works.has(backend))(`${backend} builds the jail, where it works`, async () => {
      await using place = await Place.open()
      const run = ['sandbox', 'run', '--level', 'restricted', '--backend', backend, '--json']
      const { stdout } = await place.mb([...run, '--', 'true'])
      expect(JSON.parse(stdout)).toMatchObject({ code: 0, receipt: { backend } })
    })
  }

  it('one that works nowhere here is refused with 126 and what to do', async () => {
    await using place = await Place.open()
    const { code, stdout } = await place.mb([
      'sandbox',
      'run',
      '--backend',
      'seatbelt',
      '--json',
      '--',
      'true',
    ])
    expect(code).toBe(126)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { hint: expect.any(String) } })
  })

  it('one that there is not is refused with 2, and the nearest is named', async () => {
    await using place = await Place.open()
    const { code, stderr } = await place.mb([
      'sandbox',
      'run',
      '--backend',
      'bublewrap',
      '--',
      'true',
    ])
    expect(code).toBe(2)
    expect(stderr).toContain('Did you mean "bubblewrap"?')
  })
})

describe.skipIf(!works.has('landlock'))('mb sandbox run --level restricted', () => {
  it('lets the weaker jail run, whose receipt says its name', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--backend', 'landlock', '--json']
    const lowered = await place.mb([...run, '--level', 'restricted', '--', 'cat', '/etc/shadow'])
    expect(JSON.parse(lowered.stdout)).toMatchObject({ code: 1, receipt: { level: 'restricted' } })
    // Nobody gets it who has not asked for it.
    const refused = await place.mb([...run, '--', 'true'])
    expect(refused.code).toBe(126)
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { code: 'MB_SANDBOX_BELOW_MINIMUM' },
    })
  })

  it('tells what was planted for later, which is moved aside', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--level', 'restricted', '--backend', 'landlock', '--write', '.']
    const plant = ['--', 'sh', '-c', 'mkdir .vscode && echo x > .vscode/tasks.json']
    const { code, stderr } = await place.mb([...run, ...plant])
    expect(code).toBe(0)
    expect(stderr).toContain(`It changed "${join(place.folder, '.vscode')}"`)
    const left = await readdir(place.folder)
    expect(left).not.toContain('.vscode')
    expect(left).toContain('.vscode.refused-1')
  })

  it('takes the strongest all the same', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--level', 'restricted', '--json', '--', 'true']
    const { stdout } = await place.mb(run)
    const [strongest] = works
    expect(JSON.parse(stdout)).toMatchObject({ receipt: { backend: strongest } })
  })

  it('can stand in the settings of a person, and not in those of a project', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--backend', 'landlock', '--', 'true']
    const settings = 'isolation: { minimum: [restricted] }\n'
    await writeFile(join(place.folder, 'milkbottle.yaml'), settings)
    expect((await place.mb(run)).code).not.toBe(0)
    await using other = await Place.open()
    await mkdir(other.home)
    await writeFile(join(other.home, 'config.yaml'), settings)
    expect((await other.mb(run)).code).toBe(0)
  })
})

describe('mb sandbox run --backend none', () => {
  it('says on every run that nothing confines the command, and ends it by its limits', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--backend', 'none']
    const read = await place.mb([...run, '--', 'sh', '-c', 'cat /etc/hostname | wc -l; exit 3'])
    expect(read).toEqual({
      code: 3,
      stdout: '1\n',
      stderr:
        'warning Nothing confines this command: it has all rights that you have (--backend none)\n',
    })
    const ended = await place.mb([...run, '--time', '300ms', '--', 'sleep', '20'])
    expect(ended.code).toBe(124)
    const json = await place.mb([...run, '--json', '--', 'true'])
    expect(json.stderr).toMatch(/^warning Nothing confines/)
    expect(JSON.parse(json.stdout)).toMatchObject({
      receipt: { level: 'none', warning: expect.any(String) },
    })
  })

  it.each([
    ['--level none alone', ['--level', 'none']],
    ['a level that it cannot prove', ['--backend', 'none', '--level', 'restricted']],
  ])('%s is refused with 2', async (_what, options) => {
    await using place = await Place.open()
    const { code, stdout } = await place.mb(['sandbox', 'run', '--json', ...options, '--', 'true'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'MB_CLI_USAGE', hint: expect.any(String) },
    })
  })
})

/** Whether a test can hide a program from another: root, with a mount namespace. */
const canHide =
  works.has('bubblewrap') &&
  works.has('namespaces') &&
  spawnSync('unshare', ['--mount', 'true']).status === 0

describe.skipIf(!canHide)('mb sandbox doctor where bubblewrap is missing', () => {
  it('takes the next one, and says how to get the better one', async () => {
    await using place = await Place.open()
    const words = [process.execPath, program, 'sandbox', 'doctor']
    const hide = 'mount --bind /dev/null "$(readlink -f "$(command -v bwrap)")" && exec "$@"'
    const { status, stdout } = spawnSync('unshare', ['--mount', 'sh', '-c', hide, 'sh', ...words], {
      cwd: place.folder,
      env: place.env,
      encoding: 'utf8',
    })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^bubblewrap +sandbox +not usable/m)
    expect(stdout).toMatch(/^namespaces +sandbox +in use/m)
    expect(stdout).toMatch(/^for bubblewrap\n.+$/m)
    expect(stdout).toMatch(/^receipt namespaces /m)
  })
})

/** Starts what follows where no user namespace can be made, as where a system forbids them. */
const forbid = [
  '--user',
  '--map-root-user',
  'sh',
  '-c',
  'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"',
  'sh',
]
function runIn(place: Place, ...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync('unshare', [...forbid, process.execPath, program, 'sandbox', ...args], {
    cwd: place.folder,
    env: place.env,
    encoding: 'utf8',
  })
}

const canForbid = works.has('landlock') && spawnSync('unshare', [...forbid, 'true']).status === 0

describe.skipIf(!canForbid)('mb sandbox where user namespaces are forbidden', () => {
  it('doctor says what forbids them, how to allow them, and what works all the same, with 3', async () => {
    await using place = await Place.open()
    const { status, stdout } = runIn(place, 'doctor')
    expect(status).toBe(3)
    expect(stdout).toMatch(/^user namespaces +forbidden by user\.max_user_namespaces$/m)
    expect(stdout).toContain('\nfor namespaces\nAllow user namespaces: sudo sysctl ')
    expect(stdout).toMatch(/^landlock +restricted +usable/m)
    expect(stdout).toContain('mb sandbox run --level restricted')
    expect(JSON.parse(runIn(place, 'doctor', '--json').stdout)).toMatchObject({
      ok: false,
      machine: { userNamespaces: { forbiddenBy: 'user.max_user_namespaces' } },
      receipt: null,
    })
  })

  it('run refuses with 126, unless the person takes the weaker level', async () => {
    await using place = await Place.open()
    const refused = runIn(place, 'run', '--', 'echo', 'ran')
    expect(refused).toMatchObject({ status: 126, stdout: '' })
    expect(refused.stderr).toContain('isolation.minimum: [restricted]')
    const lowered = runIn(place, 'run', '-v', '--level', 'restricted', '--', 'echo', 'ran')
    expect(lowered).toMatchObject({ status: 0, stdout: 'ran\n' })
    expect(lowered.stderr).toMatch(/^receipt landlock /)
  })
})
