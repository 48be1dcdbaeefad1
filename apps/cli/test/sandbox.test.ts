import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { listing } from './listing.ts'
import { Place } from './mb.ts'

describe.skipIf(isSkipped)(`mb sandbox${skipReason}`, () => {
  it('doctor shows the receipt of a probe, each protection proved', async () => {
    await using place = await Place.open()
    const { code, stdout, stderr } = await place.mb(['sandbox', 'doctor', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const value: unknown = JSON.parse(stdout)
    expect(value).toMatchObject({
      ok: true,
      backends: expect.arrayContaining([expect.objectContaining({ usable: true, chosen: true })]),
      receipt: { level: 'sandbox' },
    })
    const people = await place.mb(['sandbox', 'doctor'])
    const chosen = /^(\S+) +sandbox +in use/m.exec(people.stdout)?.[1] ?? ''
    expect(['bubblewrap', 'namespaces']).toContain(chosen)
    expect(people.stdout).toContain(`\nreceipt ${chosen} `)
    expect(people.stdout).toMatch(/, process \d+: (\d+) of \1 protections proved$/m)
    expect(await listing(place.home)).toEqual([])
  })

  it.each([
    ['its own code', ['--', 'sh', '-c', 'exit 7'], 7],
    ['success', ['--', 'true'], 0],
    ['124 after the time limit', ['--time', '500ms', '--', 'sleep', '20'], 124],
    ['127 for no such command', ['--', 'no-such-command'], 127],
    ['126 for a path that cannot be granted', ['--read', '/nowhere', '--', 'true'], 126],
    ['2 for an empty path, which is no folder', ['--read', '', '--', 'true'], 2],
    ['2 for that to write', ['--write', '', '--', 'true'], 2],
    ['2 for a size that is none', ['--memory', 'much', '--', 'true'], 2],
    ['2 for a duration that is none', ['--time', 'soon', '--', 'true'], 2],
    [
      '137 after the memory limit',
      ['--memory', '64M', '--', 'perl', '-e', 'my @x; push @x, "a" x 1e7 while 1'],
      137,
    ],
  ])('run ends with %s', async (_what, args, expected) => {
    await using place = await Place.open()
    expect((await place.mb(['sandbox', 'run', ...args])).code).toBe(expected)
    const { code, stdout } = await place.mb(['sandbox', 'run', '--json', ...args])
    expect(code).toBe(expected)
    expect(() => {
      JSON.parse(stdout)
    }).not.toThrow()
  })

  it("run gives the command the person's streams", async () => {
    await using place = await Place.open()
    const args = ['sandbox', 'run', '--', 'sh', '-c', 'cat; echo aside >&2']
    expect(await place.mb(args, { input: 'typed\n' })).toEqual({
      code: 0,
      stdout: 'typed\n',
      stderr: 'aside\n',
    })
  })

  it('run shows what is granted, and nothing beside it', async () => {
    await using place = await Place.open()
    const [notes, secret] = [join(place.folder, 'notes.md'), join(place.folder, 'secret.txt')]
    await writeFile(notes, 'mine\n')
    await writeFile(secret, 'canary\n')
    const read = await place.mb(['sandbox', 'run', '--read', 'notes.md', '--', 'cat', 'notes.md'])
    expect(read).toEqual({ code: 0, stdout: 'mine\n', stderr: '' })
    const refused = await place.mb(['sandbox', 'run', '--read', notes, '--', 'cat', secret])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    // The control: with the grant the same command reads it.
    const granted = await place.mb(['sandbox', 'run', '--read', secret, '--', 'cat', secret])
    expect(granted.stdout).toBe('canary\n')
  })

  it('run starts in the current folder where that is granted, and writes only with --write', async () => {
    await using place = await Place.open()
    await writeFile(join(place.folder, 'notes.md'), 'mine\n')
    const append = ['--', 'sh', '-c', 'echo more >> notes.md']
    const here = ['sandbox', 'run', '--read', '.']
    expect((await place.mb([...here, '--', 'cat', 'notes.md'])).stdout).toBe('mine\n')
    expect((await place.mb([...here, ...append])).code).not.toBe(0)
    expect((await place.mb(['sandbox', 'run', '--write', '.', ...append])).code).toBe(0)
    expect((await place.mb([...here, '--', 'cat', 'notes.md'])).stdout).toBe('mine\nmore\n')
  })

  it('run starts elsewhere where what is granted is seen by another name', async () => {
    await using place = await Place.open()
    await symlink('/etc/alternatives', join(place.folder, 'link'))
    const { code, stdout } = await place.mb(['sandbox', 'run', '--read', 'link', '--', 'pwd'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '/\n' })
  })

  it('run tells the receipt with --verbose, aside', async () => {
    await using place = await Place.open()
    const { stdout, stderr } = await place.mb(['sandbox', 'run', '-v', '--', 'echo', 'out'])
    expect(stdout).toBe('out\n')
    expect(stderr).toMatch(/^receipt (?:bubblewrap|namespaces) /)
  })

  it('run is ended by Ctrl-C with 130', async () => {
    await using place = await Place.open()
    const child = place.start(['sandbox', 'run', '--', 'sh', '-c', 'echo on; exec sleep 600'])
    const closed = new Promise((resolve) => {
      child.once('close', resolve)
    })
    await new Promise((resolve) => {
      child.stdout?.once('data', resolve)
    })
    child.kill('SIGINT')
    expect(await closed).toBe(130)
  })

  it('run lets a command clean up after Ctrl-C, and ends it at the second', async () => {
    await using place = await Place.open()
    const tidy = 'trap "echo cleaned; exit 0" INT; echo on; sleep 600 & wait'
    const polite = place.start(['sandbox', 'run', '--', 'sh', '-c', tidy])
    expect(await interrupt(polite)).toEqual({ code: 130, said: 'on\ncleaned\n' })
    const deaf = place.start([
      'sandbox',
      'run',
      '--',
      'sh',
      '-c',
      'trap "" INT; echo on; sleep 600',
    ])
    // From when it has begun, on a busy machine too. Two that come before the first is looked at are one.
    deaf.stdout?.once('data', () => {
      const again = setInterval(() => deaf.kill('SIGINT'), 1000)
      deaf.once('close', () => {
        clearInterval(again)
      })
    })
    expect(await interrupt(deaf)).toEqual({ code: 130, said: 'on\n' })
  })
})

/** Presses Ctrl-C once the command has begun. */
async function interrupt(child: ChildProcess): Promise<{ code: unknown; said: string }> {
  let said = ''
  child.stdout?.once('data', () => child.kill('SIGINT'))
  child.stdout?.on('data', (text: Buffer) => {
    said += text.toString()
  })
  const [code]: readonly unknown[] = await once(child, 'close')
  return { code, said }
}
