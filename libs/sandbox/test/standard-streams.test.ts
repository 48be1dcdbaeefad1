import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BackendName } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { onEveryBackend, temporaryFolder } from './engine.ts'

const fixture = fileURLToPath(new URL('fixtures/inherit.ts', import.meta.url))

type Stream = number | 'ignore' | 'pipe'

/** Runs a script inside, with files of the host as the streams that it inherits. */
function inherit(
  backend: BackendName,
  script: string,
  { stdin = 'ignore', stdout = 'pipe' }: { stdin?: Stream; stdout?: Stream },
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ['--conditions=@mb/source', fixture, script], {
    stdio: [stdin, stdout, 'pipe'],
    env: { ...process.env, MB_TEST_BACKEND: backend },
    encoding: 'utf8',
    timeout: 30_000,
  })
}

// Opening a descriptor of a file in /proc opens the file anew, with the rights of its mode.
const forge = '(echo forged > /proc/self/fd/0) 2>/dev/null;'

onEveryBackend('inherited streams of files', (backend) => {
  it('cannot be written when they were opened for reading', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'input')
    writeFileSync(file, 'first\nsecond\n')
    const stdin = openSync(file, 'r')
    const { stdout, status } = inherit(backend, `${forge} cat`, { stdin })
    closeSync(stdin)
    expect({ stdout, status }).toEqual({ stdout: 'first\nsecond\n', status: 0 })
    expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n')
  })

  it('are read from where they stand, and stay there for whoever reads on', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'input')
    writeFileSync(file, 'first\nsecond\n')
    const stdin = openSync(file, 'r')
    readSync(stdin, Buffer.alloc(6))
    expect(inherit(backend, 'cat', { stdin }).stdout).toBe('second\n')
    expect(readSync(stdin, Buffer.alloc(20))).toBe(7)
    closeSync(stdin)
  })

  it('cannot be read, cut or written at another place when they were opened for appending', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'log')
    writeFileSync(file, 'of the person\n')
    const stdout = openSync(file, 'a')
    const script =
      'cat /proc/self/fd/1 </dev/null & sleep 0.2; kill $!; (: > /proc/self/fd/1); echo said'
    inherit(backend, script, { stdout })
    closeSync(stdout)
    expect(readFileSync(file, 'utf8')).toBe('of the person\nsaid\n')
  })

  it('get all that is written, in order, before the end is told', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'log')
    const stdout = openSync(file, 'w')
    inherit(backend, 'seq 1 200000', { stdout })
    closeSync(stdout)
    const expected = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join('')
    expect(readFileSync(file, 'utf8') === expected).toBe(true)
  })

  it('do not keep a program that reads nothing, nor end with one that closes them', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'input')
    writeFileSync(file, 'x'.repeat(10_000_000))
    const stdin = openSync(file, 'r')
    expect(inherit(backend, 'echo done', { stdin }).stdout).toBe('done\n')
    expect(inherit(backend, 'exec <&-; sleep 0.3; echo done', { stdin }).stdout).toBe('done\n')
    closeSync(stdin)
  })

  it.runIf(existsSync('/dev/full'))('tell of a full disk: the program did not do it all', () => {
    const stdout = openSync('/dev/full', 'w')
    expect(inherit(backend, 'echo lost', { stdout }).stderr).toContain('ended by SIGPIPE')
    closeSync(stdout)
  })

  it('are refused when they are folders, which lead anywhere', async () => {
    await using folder = await temporaryFolder()
    const stdin = openSync(folder.path, 'r')
    const { stderr, stdout } = inherit(backend, 'ls /proc/self/fd/0/..', { stdin })
    closeSync(stdin)
    expect(stdout).toBe('')
    expect(stderr).toContain('Cannot hand on standard input: it is a folder')
  })
})
