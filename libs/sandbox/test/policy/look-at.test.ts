import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../engine.ts'
import { lookAt, lookAtSettled, type RealPath } from '../../src/policy/look-at.ts'

/** Exchanges two names all the time (renameat2, RENAME_EXCHANGE). */
async function exchange(first: string, second: string): Promise<AsyncDisposable> {
  const call = process.arch === 'arm64' ? 276 : 316
  const code = `$| = 1; print "ready\\n"; my ($a, $b, $host) = @ARGV;
    while (getppid == $host) { syscall(${call}, -100, $a, -100, $b, 2) == 0 or die "exchange: $!" }`
  const racer = spawn('/usr/bin/perl', ['-e', code, first, second, String(process.pid)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(racer.stdout, 'data')
  return {
    async [Symbol.asyncDispose]() {
      racer.kill('SIGKILL')
      await once(racer, 'exit')
    },
  }
}

function lookByName(path: string): RealPath {
  const real = realpathSync.native(path)
  return { real, facts: lstatSync(real) }
}

describe.skipIf(process.platform !== 'linux')('lookAt()', () => {
  it('takes no file for another one while a folder on the way is exchanged for a link', async () => {
    await using folder = await temporaryFolder()
    const place = (...names: readonly string[]): string => join(folder.path, ...names)
    mkdirSync(place('folder'))
    writeFileSync(place('folder/data'), 'innocent')
    writeFileSync(place('data'), 'secret')
    symlinkSync(folder.path, place('link'))
    const path = place('folder/data')
    const owner = new Map([
      [lstatSync(path).ino, 'innocent'],
      [lstatSync(place('data')).ino, 'secret'],
    ])
    const seen = ({ real, facts }: RealPath): string =>
      `${real === place('data') ? 'secret' : 'innocent'} by name, ${owner.get(facts.ino)}`
    const looks = (look: (path: string) => RealPath, until: (all: Set<string>) => boolean) => {
      const all = new Set<string>()
      for (const end = performance.now() + 30_000; !until(all) && performance.now() < end;)
        all.add(seen(look(path)))
      return all
    }
    await using _ = await exchange(place('folder'), place('link'))
    // Found where the names are followed first, and looked at then.
    const mixed = 'innocent by name, secret'
    expect(looks(lookByName, (all) => all.has(mixed))).toContain(mixed)
    let left = 20_000
    const all = looks(lookAt, ({ size }) => (left -= 1) < 0 && size > 1)
    // The folder goes by either name, as it stands at that moment.
    expect([...all].toSorted()).toEqual(['innocent by name, innocent', 'secret by name, secret'])
  }, 120_000)

  it('refuses what a link leads to where there was none, and what is gone', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'file')
    writeFileSync(file, '')
    symlinkSync(file, join(folder.path, 'link'))
    expect(lookAtSettled(file)).toMatchObject({ ino: lstatSync(file).ino })
    for (const name of ['link', 'gone', 'link/below'])
      expect(() => lookAtSettled(join(folder.path, name))).toThrow(
        expect.objectContaining({ code: 'MB_SANDBOX_POLICY' }),
      )
  })
})
