import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { Place } from './mb.ts'

const isRequired = process.env['MB_REQUIRE_ENGINES'] === '1'
const lacksStrace = !isRequired && !existsSync('/usr/bin/strace')
const reason = lacksStrace ? ': strace is not installed' : skipReason

/** A project with a script that reads a file, writes another and asks for what is not there. */
async function openProject(): Promise<Place> {
  const place = await Place.open()
  await Promise.all(['src', 'out'].map((name) => mkdir(join(place.folder, name))))
  await writeFile(join(place.folder, 'src/words.txt'), 'three blind mice\n')
  await writeFile(join(place.folder, 'src/other.txt'), 'nobody reads this\n')
  await writeFile(
    join(place.folder, 'count.sh'),
    'wc -w <src/words.txt >out/count.txt; cat /etc/hostname 2>/dev/null; echo counted\n',
  )
  return place
}

describe.skipIf(isSkipped || lacksStrace)(
  `mb sandbox observe${reason}`,
  { timeout: 120_000 },
  () => {
    it('prints the policy alone, and says beside it what was denied and how it was checked', async () => {
      await using place = await openProject()
      const { code, stdout, stderr } = await place.mb([
        'sandbox',
        'observe',
        '--',
        'sh',
        'count.sh',
      ])
      expect(stdout).toBe(`# The least that sh was seen to need, by mb sandbox observe
fs:
  read:
    - count.sh
    - src/words.txt
  write:
    - out
`)
      expect({ code, lines: stderr.replace(/\d+ runs/, 'N runs').split('\n') }).toEqual({
        code: 0,
        lines: [
          'counted',
          'denied  read /etc/hostname',
          'hint    If it needs what it was denied, observe it again with --read PATH',
          'checked in N runs: it does the same under this policy, and without any one line of it does not',
          '',
        ],
      })
      // What it wrote went nowhere.
      expect(existsSync(join(place.folder, 'out/count.txt'))).toBe(false)
    })

    it('writes a file that mb sandbox run reads, under which the command does its work', async () => {
      await using place = await openProject()
      const args = ['sandbox', 'observe', '--write', 'jail.yaml', '--', 'sh', 'count.sh']
      expect(await place.mb(args)).toMatchObject({ code: 0, stdout: '' })
      const run = ['sandbox', 'run', '--policy', 'jail.yaml', '--', 'sh', 'count.sh']
      expect(await place.mb(run)).toMatchObject({ code: 0, stdout: 'counted\n' })
      expect(await readFile(join(place.folder, 'out/count.txt'), 'utf8')).toBe('3\n')
      expect(await place.mb(args)).toMatchObject({
        code: 2,
        stderr:
          'error Cannot write the policy to "jail.yaml": it is there (MB_CLI_POLICY)\nhint  Name another file, or add --force\n',
      })
    })

    it('runs nothing where the policy could not be kept, or the folder not be shown', async () => {
      await using place = await openProject()
      const observe = ['sandbox', 'observe']
      const none = await place.mb([...observe, '--write', 'gone/jail.yaml', '--', 'sh', 'count.sh'])
      expect(none).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'error Cannot write the policy to "gone/jail.yaml": its folder is not there (MB_CLI_POLICY)\nhint  Name a file in a folder that you can write to\n',
      })
      // As to `mb sandbox run`, which is told there what it may write to.
      const dash = await place.mb([...observe, '--write', '-', '--', 'true'])
      expect(dash.stdout).toBe(
        '# The least that "true" was seen to need, by mb sandbox observe\nfs: {}\n',
      )
      expect(existsSync(join(place.folder, '-'))).toBe(false)
      const folder = await place.mb([...observe, '--write', 'out', '--', 'sh', 'count.sh'])
      expect(folder).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('\nhint  Name a new file for the policy: '),
      })
      const trusted = await place.mb([...observe, '--ca', 'ca.pem', '--', 'true'])
      expect(trusted).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('Cannot use --ca: nothing allows the command a connection'),
      })
      const system = await place.mb([...observe, '--', 'true'], { cwd: '/etc' })
      expect(system).toEqual({
        code: 3,
        stdout: '',
        stderr:
          'error Cannot grant "/etc": "/etc" belongs to the system (MB_SANDBOX_POLICY)\nhint  Observe in another folder: all of the one that you are in is shown to the command\n',
      })
    })

    it('says in the same words as a run which limit ended it', async () => {
      await using place = await openProject()
      const args = ['sandbox', 'observe', '--time', '200ms', '--', 'sleep', '60']
      expect((await place.mb(args)).stderr).toMatch(
        /^warning The command ended by its limit of time: /m,
      )
    })

    it('names variables that it was given and uses, and no value of them', async () => {
      await using place = await openProject()
      const script = 'import os; print(len(os.environ["USED"]), os.environ.get("ASKED"))'
      const env = { USED: 'hunter2', ASKED: 'hunter3', UNUSED: 'hunter4' }
      const options = ['--env', 'USED', '--env', 'UNUSED']
      const args = ['sandbox', 'observe', ...options, '--', '/usr/bin/python3', '-c', script]
      const { stdout, stderr } = await place.mb(args, { env })
      expect(stdout.split('\n').slice(1)).toEqual(['env:', '  - USED', ''])
      expect(stderr).toMatch(/^7 None\n(?:denied.*\n)*denied {2}env ASKED\n/)
      expect(stdout + stderr).not.toContain('hunter')
    })

    it('tells programs all of it, and the command nothing', async () => {
      await using place = await openProject()
      const args = ['sandbox', 'observe', '--json', '--no-minimise', '--', 'sh', 'count.sh']
      const { code, stdout, stderr } = await place.mb(args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(JSON.parse(stdout)).toMatchObject({
        policy: { write: [join(place.folder, 'out')], net: [], env: [] },
        denied: [{ kind: 'read', name: '/etc/hostname' }],
        programs: ['/usr/bin/cat', '/usr/bin/sh', '/usr/bin/wc'],
        code: 0,
        isWhole: true,
      })
    })
  },
)
