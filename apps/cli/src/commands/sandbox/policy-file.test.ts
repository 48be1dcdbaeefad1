import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPolicyFile } from './policy-file.ts'

async function openFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'mb-policy-')))
  return { path, [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }) }
}

async function readText(text: string, name = 'jail.yaml') {
  await using folder = await openFolder()
  await writeFile(join(folder.path, name), text)
  const read = await readPolicyFile(name, { workspace: folder.path, home: '/home/ada' })
  return { ...read, folder: folder.path }
}

/** What is said of a file, without the folder that it is in. */
async function problemOf(text: string, name?: string): Promise<unknown> {
  try {
    return await readText(text, name)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const { code, hint } = error as Error & { code?: string; hint?: string }
    return { code, message: error.message.replace(/"\/[^"]*\/([^"]*)"/, '"$1"'), hint }
  }
}

describe('readPolicyFile()', () => {
  it('reads everything that a policy can say', async () => {
    const { folder, ...request } = await readText(`
fs:
  read: [src, "\${home}/notes", /srv/data/**]
  write: ["\${workspace}/out"]
  deny: [src/secret]
  dangerous: ["\${home}/.npmrc"]
net: [example.org, "example.com:8443", "::1", { host: "*.example.net", ports: [443] }]
net.unix: [/srv/some.sock]
exec: [/usr/bin/git, { command: tools/make, args: [all], with: [tools] }]
env: [CI, GREETING=hello]
cwd: src
tmp: 8M
limits: { memory: 256M, time: 10, cpu: 5s, processes: 20, threads: 100, file-size: 1M, written: 2M, output: 64K, open-files: 64 }
`)
    expect(request).toEqual({
      read: [join(folder, 'src'), '/home/ada/notes', '/srv/data'],
      write: [join(folder, 'out')],
      deny: [join(folder, 'src/secret')],
      dangerous: ['/home/ada/.npmrc'],
      net: [
        { host: 'example.org' },
        { host: 'example.com', ports: [8443] },
        { host: '::1' },
        { host: '*.example.net', ports: [443] },
      ],
      unix: ['/srv/some.sock'],
      exec: [
        { command: '/usr/bin/git', with: [] },
        { command: join(folder, 'tools/make'), args: ['all'], with: [join(folder, 'tools')] },
      ],
      env: new Map([
        ['CI', undefined],
        ['GREETING', 'hello'],
      ]),
      cwd: join(folder, 'src'),
      tmpBytes: 8 * 1024 ** 2,
      limits: {
        memoryBytes: 256 * 1024 ** 2,
        wallMs: 10_000,
        cpuSeconds: 5,
        processes: 20,
        threads: 100,
        fileBytes: 1024 ** 2,
        writtenBytes: 2 * 1024 ** 2,
        outputBytes: 64 * 1024,
        openFiles: 64,
      },
    })
  })

  it.each([
    ['', 'jail.yaml'],
    ['{}', 'jail.yaml'],
    ['{}', 'jail.json'],
    ['fs: {}\nlimits: {}', 'jail.yaml'],
    ['# nothing\n', 'jail.yml'],
  ])('takes %j of %s as a policy that grants nothing', async (text, name) => {
    expect(await readText(text, name)).toMatchObject({ read: [], write: [], limits: {} })
  })

  it.each([
    [
      'an unknown key',
      'fs: { raed: [src] }',
      'Cannot use "fs.raed" of "jail.yaml":1:7: there is no such key',
      'Did you mean "read"?',
    ],
    [
      'an unknown group',
      'filesystem: {}',
      'Cannot use "filesystem" of "jail.yaml":1:1: there is no such key',
      'Keys are fs, net, net.unix, exec, env, cwd, tmp, limits',
    ],
    [
      'an unknown limit',
      'limits: { memry: 1M }',
      'Cannot use "limits.memry" of "jail.yaml":1:11: there is no such key',
      'Did you mean "memory"?',
    ],
    [
      'a level: how strong a jail is, no file says',
      'level: none',
      'Cannot use "level" of "jail.yaml":1:1: there is no such key',
      expect.any(String),
    ],
    [
      'a backend',
      'backend: none',
      'Cannot use "backend" of "jail.yaml":1:1: there is no such key',
      expect.any(String),
    ],
    [
      'a text for a list',
      'fs: { read: src }',
      'Cannot use "fs.read" of "jail.yaml":1:7: it has to be a list',
      undefined,
    ],
    [
      'a list for the whole',
      '- fs',
      'Cannot use the content of "jail.yaml": it has to be a group of keys',
      undefined,
    ],
    [
      'an empty path, which is no folder',
      'fs: { read: [""] }',
      'Cannot use "fs.read.0" of "jail.yaml":1:7: it is empty',
      undefined,
    ],
    [
      'a tilde',
      'fs: { read: [~/notes] }',
      'Cannot use "fs.read.0" of "jail.yaml":1:7: "~" is no folder here',
      'Write ${home}',
    ],
    [
      'a command without a path',
      'exec: [git]',
      'Cannot use "exec.0" of "jail.yaml":1:1: it is a name, and no path',
      'Write the whole path, such as /usr/bin/git',
    ],
    [
      'a port that is none',
      'net: [{ host: a.example, ports: [0] }]',
      'Cannot use "net.0.ports.0" of "jail.yaml":1:1: it has to be 1 or more',
      undefined,
    ],
    [
      'a prototype',
      'fs: { __proto__: { read: [/] } }',
      'Cannot use "fs.__proto__" of "jail.yaml":1:7: there is no such key',
      expect.any(String),
    ],
    [
      'a constructor',
      'limits: { constructor: 1 }',
      'Cannot use "limits.constructor" of "jail.yaml":1:11: there is no such key',
      expect.any(String),
    ],
  ])('refuses %s', async (_what, text, message, hint) => {
    expect(await problemOf(text)).toEqual({ code: 'MB_CLI_POLICY', message, hint })
  })

  it.each([
    ['a size that is none', 'limits: { memory: much }', 'MB_CLI_VALUE'],
    ['a name of a variable that is none', 'env: ["A B=secret"]', 'MB_CLI_VALUE'],
    ['a tag', 'fs: !!js/function x', 'MB_CONFIG_SYNTAX'],
    ['several documents', 'fs: {}\n---\nfs: {}', 'MB_CONFIG_SYNTAX'],
    ['the same key twice', 'fs: { read: [a] }\nfs: {}', 'MB_CONFIG_SYNTAX'],
    [
      'aliases that grow without end',
      `a: &a [x]\n${'bcdefghi'
        .split('')
        .map(
          (name, at) =>
            `${name}: &${name} [${'*abcdefgh '
              .replace('abcdefgh', 'abcdefgh'[at] ?? '')
              .repeat(9)
              .trim()
              .replaceAll(' ', ', ')}]`,
        )
        .join('\n')}`,
      'MB_CONFIG_SYNTAX',
    ],
    ['depth', `fs: ${'['.repeat(5000)}`, 'MB_CONFIG_SYNTAX'],
    [
      'depth within the number of openings',
      `fs: ${'['.repeat(500)}${']'.repeat(500)}`,
      'MB_CONFIG_SYNTAX',
    ],
    ['what is no text at all', '\u0000\u0001', 'MB_CLI_POLICY'],
    ['more than a megabyte', `# ${'x'.repeat(1024 * 1024)}`, 'MB_CONFIG_TOO_LARGE'],
    ['more paths than anybody means', `fs: { read: [${'a, '.repeat(300)}] }`, 'MB_CLI_POLICY'],
  ])('refuses %s', async (_what, text, code) => {
    expect(await problemOf(text)).toMatchObject({ code })
  })

  it('reads a symbolic link as what it leads to, with its own folder as the base', async () => {
    await using folder = await openFolder()
    await mkdir(join(folder.path, 'policies'))
    await writeFile(join(folder.path, 'policies/real.yaml'), 'fs: { read: [src] }')
    await symlink('policies/real.yaml', join(folder.path, 'link.yaml'))
    const base = { workspace: folder.path, home: '/home/ada' }
    expect((await readPolicyFile('link.yaml', base)).read).toEqual([join(folder.path, 'src')])
  })

  it('refuses what is no file, at once', async () => {
    await using folder = await openFolder()
    const base = { workspace: folder.path, home: '/home/ada' }
    expect(spawnSync('mkfifo', [join(folder.path, 'fifo.yaml')]).status).toBe(0)
    await mkdir(join(folder.path, 'folder.yaml'))
    await symlink('loop.yaml', join(folder.path, 'loop.yaml'))
    const code = 'MB_CONFIG_SYNTAX'
    await expect(readPolicyFile('fifo.yaml', base)).rejects.toMatchObject({ code })
    await expect(readPolicyFile('folder.yaml', base)).rejects.toMatchObject({ code })
    await expect(readPolicyFile('loop.yaml', base)).rejects.toMatchObject({ code })
    await expect(readPolicyFile('/dev/zero', base)).rejects.toMatchObject({ code })
    const missing = {
      code: 'MB_CLI_POLICY',
      message: 'Cannot read "none.yaml": there is no such file',
    }
    await expect(readPolicyFile('none.yaml', base)).rejects.toMatchObject(missing)
    await expect(readPolicyFile('', base)).rejects.toMatchObject({ code: 'MB_CLI_POLICY' })
  })

  it.skipIf(process.getuid?.() === 0)('refuses a file that it may not read', async () => {
    await using folder = await openFolder()
    await writeFile(join(folder.path, 'mine.yaml'), '')
    await chmod(join(folder.path, 'mine.yaml'), 0)
    const base = { workspace: folder.path, home: '/home/ada' }
    await expect(readPolicyFile('mine.yaml', base)).rejects.toMatchObject({
      code: 'MB_CONFIG_SYNTAX',
    })
  })

  it('says where a limit stands that it cannot read', async () => {
    expect(await problemOf('fs: {}\nlimits:\n  time: soon\n')).toEqual({
      code: 'MB_CLI_VALUE',
      message:
        'Cannot read "soon" of "limits.time" of "jail.yaml":3:3 as a duration: it is no time',
      hint: 'Write it as 500ms, 10s, 5m or 1h',
    })
    expect(await problemOf('tmp: 1K\n')).toMatchObject({
      message: 'Cannot use "1K" of "tmp" of "jail.yaml":1:1: 1024 bytes are too few',
    })
  })
})
