import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSandbox, type BackendName, type SandboxPolicy } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { onEachBackend, temporaryFolder } from '../engine.ts'
import { open, sh } from './open.ts'

onEachBackend('a workspace', (backend) => {
  it('works as before for whom writes sources and reads its history', async () => {
    await using folder = await temporaryFolder()
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
        cwd: folder.path,
        encoding: 'utf8',
      })
    git('init', '-q', '.')
    await writeFile(join(folder.path, 'a'), 'a\n')
    git('add', 'a')
    git('commit', '-qm', 'first')
    await using sandbox = await open(backend, { fs: { write: [folder.path] } })
    const script = `
      export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
      echo changed >a; mkdir src; echo new >src/b; mv src/b src/c; rm src/c
      git log --format=%s; git status --porcelain; git diff --stat | tail -1`
    expect(await sh(sandbox, script, folder.path)).toBe(
      'first\n M a\n 1 file changed, 1 insertion(+), 1 deletion(-)\n',
    )
    expect(await readFile(join(folder.path, 'a'), 'utf8')).toBe('changed\n')
  })

  it('is left without a trace, and shows git nothing meanwhile', async () => {
    await using folder = await temporaryFolder()
    execFileSync('git', ['init', '-q', '.'], { cwd: folder.path })
    await writeFile(join(folder.path, 'a'), '')
    const before = readdirSync(folder.path)
    {
      await using sandbox = await open(backend, { fs: { write: [folder.path] } })
      expect(readdirSync(folder.path)).toContain('AGENTS.md')
      const status = execFileSync('git', ['status', '--porcelain'], { cwd: folder.path })
      expect(String(status)).toBe('?? a\n')
      expect(
        (await sandbox.run('sh', ['-c', 'ls -A AGENTS.md'], { cwd: folder.path })).stdout,
      ).toBe('')
    }
    expect(readdirSync(folder.path)).toEqual(before)
  })

  it('stays held for one sandbox when another one ends', async () => {
    await using folder = await temporaryFolder()
    await using first = await open(backend, { fs: { write: [folder.path] } })
    {
      await using second = await open(backend, { fs: { write: [folder.path] } })
      await second.run('true')
      await first.run('true')
    }
    const plant = await first.run('sh', ['-c', 'mkdir -p .git/hooks || rmdir .git'], {
      cwd: folder.path,
    })
    expect(plant.code).not.toBe(0)
    expect(readdirSync(folder.path)).toContain('.git')
    await first[Symbol.asyncDispose]()
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('is tidied after a host that was killed, by the next one there, or with the same cache', async () => {
    await using folder = await temporaryFolder()
    const [cache = '', other = '', ...works] = ['cache', 'other', 'work', 'noted'].map((name) =>
      join(folder.path, name),
    )
    for (const path of [other, ...works]) await mkdir(path)
    for (const work of works) {
      await killWhileOpen(backend, { fs: { write: [work] } }, work.endsWith('noted') ? cache : '')
      expect(readdirSync(work)).toContain('.git')
    }
    const [work = '', noted = ''] = works
    await (await open(backend, { fs: { write: [work] } }))[Symbol.asyncDispose]()
    expect(readdirSync(work)).toEqual([])
    await using sandbox = await openSandbox({
      backend,
      policy: { fs: { write: [other] } },
      cacheDirectory: cache,
    })
    expect(await sandbox.run('true')).toMatchObject({ code: 0 })
    expect(readdirSync(noted)).toEqual([])
    await sandbox[Symbol.asyncDispose]()
    expect(readdirSync(cache).filter((name) => name.startsWith('sandbox-held'))).toEqual([])
  })
})

/** Opens a sandbox in a program of its own, and kills that. */
async function killWhileOpen(
  backend: BackendName,
  policy: SandboxPolicy,
  cacheDirectory: string,
): Promise<void> {
  const script = `
    import { openSandbox } from '@mb/sandbox'
    const { cacheDirectory, ...options } = JSON.parse(process.argv[1])
    await openSandbox({ ...options, ...(cacheDirectory === '' ? {} : { cacheDirectory }) })
    console.log('open')
    setInterval(() => {}, 1000)`
  const options = JSON.stringify({ backend, policy, cacheDirectory })
  const args = ['--conditions=@mb/source', '--input-type=module', '-e', script, options]
  const host = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(host.stdout, 'data')
  host.kill('SIGKILL')
  await once(host, 'exit')
}
