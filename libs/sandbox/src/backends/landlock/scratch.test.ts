import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeScratch } from './scratch.ts'

describe('makeScratch()', () => {
  it('makes folders for one user, beside a file that is no part of them', async () => {
    const { home, temporary, canary, remove } = makeScratch([])
    const root = dirname(home)
    expect(statSync(root).mode & 0o777).toBe(0o700)
    expect(canary === undefined ? '' : readFileSync(canary, 'utf8')).toBe('canary')
    expect([dirname(temporary), canary && dirname(canary)]).toEqual([root, root])
    await remove()
    expect(existsSync(root)).toBe(false)
  })

  it('goes where no grant is, and has no canary where there is no such place', async () => {
    const aside = makeScratch([tmpdir()])
    const root = dirname(aside.home)
    expect(['/var/tmp', '/dev/shm']).toContain(dirname(root))
    expect(aside.canary).toBe(join(root, 'canary'))
    expect(readFileSync(join(root, 'canary'), 'utf8')).toBe('canary')
    const nowhere = makeScratch([tmpdir(), '/var/tmp', '/dev/shm'])
    expect(nowhere.canary).toBeUndefined()
    await Promise.all([aside.remove(), nowhere.remove()])
  })

  it('takes away folders that are closed to their owner, and deeper than any path', async () => {
    const { home, temporary, remove } = makeScratch([])
    await mkdir(join(temporary, 'closed/inner'), { recursive: true })
    chmodSync(join(temporary, 'closed'), 0o300)
    const dig = 'chdir shift; my $n = "n" x 200; for (1 .. 40) { mkdir $n and chdir $n or exit 1 }'
    execFileSync('/usr/bin/perl', ['-e', dig, home])
    await remove()
    expect(existsSync(dirname(home))).toBe(false)
  })

  it('sweeps what a host left that was killed, and nothing of one that runs', () => {
    const own = makeScratch([])
    const [namespace = ''] = own.home.slice(own.home.indexOf('mb-jail-') + 8).split('-')
    const left = mkdtempSync(join(tmpdir(), `mb-jail-${namespace}-999999999-1-`))
    writeFileSync(join(left, 'canary'), '')
    const script = `
      import { makeScratch } from ${JSON.stringify(new URL('scratch.ts', import.meta.url).href)}
      await makeScratch([]).remove()`
    execFileSync(
      process.execPath,
      ['--conditions=@mb/source', '--input-type=module', '-e', script],
      {
        cwd: import.meta.dirname,
      },
    )
    expect(existsSync(left)).toBe(false)
    expect(readdirSync(dirname(own.home)).toSorted()).toEqual(['canary', 'home', 'tmp'])
    return own.remove()
  })
})
