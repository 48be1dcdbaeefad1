import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { linkSync, readdirSync, statSync } from 'node:fs'
import { chmod, mkdir, readFile, readlink, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSandbox, type BackendName, type Sandbox, type SandboxPolicy } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { minimumOf, onEachBackend, onEveryBackend, temporaryFolder } from './engine.ts'

const open = async (backend: BackendName, policy: SandboxPolicy): Promise<Sandbox> =>
  openSandbox({ backend, policy, minimum: minimumOf(backend), limits: { wallMs: 20_000 } })

async function sh(sandbox: Sandbox, script: string, cwd: string): Promise<string> {
  const { stdout } = await sandbox.run('sh', ['-c', script], { cwd })
  return stdout
}

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

onEveryBackend('a link at a guarded name', (backend) => {
  it('is put back, what took its place is moved aside, and both are told', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'notes'), 'notes')
    await symlink('notes', join(folder.path, 'CLAUDE.md'))
    await using sandbox = await open(backend, { fs: { write: [folder.path] } })
    const script = 'rm CLAUDE.md && echo planted >CLAUDE.md'
    const { code, violations } = await sandbox.run('sh', ['-c', script], { cwd: folder.path })
    expect(await readlink(join(folder.path, 'CLAUDE.md'))).toBe('notes')
    expect(await readFile(join(folder.path, 'notes'), 'utf8')).toBe('notes')
    if (code !== 0) return
    expect(await readFile(join(folder.path, 'CLAUDE.md.refused-1'), 'utf8')).toBe('planted\n')
    expect(violations).toEqual([
      { kind: 'protected-path', name: join(folder.path, 'CLAUDE.md'), count: 1 },
    ])
  })
})

onEveryBackend('links in granted folders', (backend) => {
  it('lead nowhere when they leave what is granted', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'granted'))
    await writeFile(join(folder.path, 'canary'), 'canary')
    await symlink('../canary', join(folder.path, 'granted/up'))
    await symlink(join(folder.path, 'canary'), join(folder.path, 'granted/whole'))
    const granted = join(folder.path, 'granted')
    await using sandbox = await open(backend, { fs: { write: [granted] } })
    const read = await sandbox.run('sh', ['-c', 'cat up whole'], { cwd: granted })
    expect(read).toMatchObject({ code: 1, stdout: '' })
    await sandbox.run('sh', ['-c', 'echo x >up; echo x >whole'], { cwd: granted })
    expect(await readFile(join(folder.path, 'canary'), 'utf8')).toBe('canary')
  })

  it('are refused as hard links, where the file itself would be written', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'file'), '')
    linkSync(join(folder.path, 'file'), join(folder.path, 'other'))
    await expect(
      open(backend, { fs: { write: [join(folder.path, 'file')] } }),
    ).rejects.toMatchObject({
      code: 'MB_SANDBOX_POLICY',
      message: expect.stringContaining('it is one of 2 hard links to a file'),
    })
    await using sandbox = await open(backend, { fs: { read: [join(folder.path, 'file')] } })
    expect(await sandbox.run('true')).toMatchObject({ code: 0 })
  })
})

onEachBackend('execute()', (backend) => {
  it('runs what is granted, with the grants and its own file, and nothing else', async () => {
    await using folder = await temporaryFolder()
    const [work, tools] = ['work', 'tools'].map((name) => join(folder.path, name))
    if (work === undefined || tools === undefined) throw new TypeError()
    await Promise.all([mkdir(work), mkdir(tools)])
    const tool = join(tools, 'tool')
    await writeFile(tool, '#!/bin/sh\necho "ran $# $1"; echo made >made; ls ..; echo x >$0\n')
    await chmod(tool, 0o755)
    await writeFile(join(tools, 'beside'), 'beside')
    const exec = [{ command: tool, args: ['*'] }, { command: '/usr/bin/env' }]
    await using sandbox = await open(backend, { fs: { write: [work] }, exec, env: { A: 'b' } })
    const result = await sandbox.execute(tool, ['$(id)'], { cwd: work })
    expect(result.stdout).toBe('ran 1 $(id)\ntools\nwork\n')
    expect(result.stderr).toContain('Read-only file system')
    expect(await readFile(join(work, 'made'), 'utf8')).toBe('made\n')
    const { stdout } = await sandbox.execute('/usr/bin/env')
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(['A=b', 'PATH=/usr/bin:/usr/local/bin:/usr/bin:/bin']),
    )
    // The program itself sees nothing of the tool.
    await expect(sandbox.run(tool)).rejects.toMatchObject({ code: 'MB_SANDBOX_COMMAND_MISSING' })
    await expect(sandbox.execute('/usr/bin/id')).rejects.toMatchObject({
      code: 'MB_SANDBOX_POLICY',
      hint: `Granted are: ${tool}, /usr/bin/env`,
    })
  })

  it('keeps hostile arguments to the grants', async () => {
    await using folder = await temporaryFolder()
    const work = join(folder.path, 'work')
    await mkdir(work)
    execFileSync('git', ['init', '-q', '.'], { cwd: work })
    const git = [
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@b.c',
      'commit',
      '-q',
      '--allow-empty',
      '-mx',
    ]
    execFileSync('git', git, { cwd: work })
    const env = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH: `${work}/bin`,
    }
    const policy = {
      fs: { write: [work] },
      exec: [{ command: '/usr/bin/git', args: ['log'] }],
      env,
    }
    await using sandbox = await open(backend, policy)
    const outside = join(folder.path, 'outside')
    const inside = join(work, 'inside')
    const run = async (...args: readonly string[]): Promise<number | null> =>
      (await sandbox.execute('/usr/bin/git', args, { cwd: work })).code
    expect(await run('log', `--output=${inside}`)).toBe(0)
    expect(statSync(inside).size).toBeGreaterThan(0)
    await run('log', `--output=${outside}`)
    await run('-c', `core.pager=sh -c "echo x >${outside}"`, '-p', 'log')
    await run('-c', `alias.x=!echo x >${outside}`, 'x')
    expect(readdirSync(folder.path)).toEqual(['work'])
    // Somebody planted a program of the name that it looks up.
    await mkdir(join(work, 'bin'))
    await writeFile(join(work, 'bin/sh'), `#!/bin/sh\necho planted >${work}/planted\n`)
    await chmod(join(work, 'bin/sh'), 0o755)
    await run('-c', 'alias.x=!true', 'x')
    expect(readdirSync(work)).not.toContain('planted')
  })

  it('refuses a command that was replaced since it was granted', async () => {
    await using folder = await temporaryFolder()
    const tool = join(folder.path, 'tool')
    await writeFile(tool, '#!/bin/sh\necho first\n')
    await chmod(tool, 0o755)
    await using sandbox = await open(backend, { exec: [{ command: tool }] })
    expect((await sandbox.execute(tool)).stdout).toBe('first\n')
    await writeFile(`${tool}-new`, '#!/bin/sh\necho second\n')
    await chmod(`${tool}-new`, 0o755)
    await rename(`${tool}-new`, tool)
    await expect(sandbox.execute(tool)).rejects.toMatchObject({
      code: 'MB_SANDBOX_POLICY',
      message: `Cannot run the command "${tool}": it is another file than the one granted`,
    })
  })

  it('hides keys and what is denied from what a command reads beside', async () => {
    await using folder = await temporaryFolder()
    const tool = join(folder.path, 'tool')
    await writeFile(tool, '#!/bin/sh\ncd "$(dirname "$0")"; cat .ssh/id denied open 2>/dev/null\n')
    await chmod(tool, 0o755)
    await mkdir(join(folder.path, '.ssh'))
    for (const name of ['.ssh/id', 'denied', 'open'])
      await writeFile(join(folder.path, name), `${name}\n`)
    const exec = [{ command: tool, with: [folder.path] }]
    const deny = [join(folder.path, 'denied')]
    await using sandbox = await open(backend, { exec, fs: { deny } })
    expect((await sandbox.execute(tool)).stdout).toBe('open\n')
    await expect(open(backend, { exec, fs: { deny: [tool] } })).rejects.toMatchObject({
      code: 'MB_SANDBOX_POLICY',
    })
  })

  it('gives a tool chain the folder that is granted with it', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'bin'))
    await mkdir(join(folder.path, 'lib'))
    await writeFile(join(folder.path, 'lib/main'), '#!/bin/sh\ncat "$(dirname "$0")/../lib/text"\n')
    await writeFile(join(folder.path, 'lib/text'), 'text')
    await chmod(join(folder.path, 'lib/main'), 0o755)
    const command = join(folder.path, 'bin/tool')
    await symlink('../lib/main', command)
    await using alone = await open(backend, { exec: [{ command }] })
    expect(await alone.execute(command)).toMatchObject({ code: 1, stdout: '' })
    await using whole = await open(backend, { exec: [{ command, with: [folder.path] }] })
    expect(await whole.execute(command)).toMatchObject({ code: 0, stdout: 'text' })
  })
})
