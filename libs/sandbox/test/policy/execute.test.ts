import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { onEachBackend, temporaryFolder } from '../engine.ts'
import { open } from './open.ts'

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
