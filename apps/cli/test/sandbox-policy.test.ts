import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { listing } from './listing.ts'
import { ended, Place } from './mb.ts'

/** A project with a policy file in a folder of its own. */
async function openProject(policy: string): Promise<Place> {
  const place = await Place.open()
  await mkdir(join(place.folder, 'src/private'), { recursive: true })
  await writeFile(join(place.folder, 'src/main.txt'), 'mine\n')
  await writeFile(join(place.folder, 'src/private/key.txt'), 'canary\n')
  await mkdir(join(place.folder, 'out'))
  await writeFile(join(place.folder, 'jail.yaml'), policy)
  return place
}

describe.skipIf(isSkipped)(`mb sandbox run --policy${skipReason}`, () => {
  it('grants what the file says, hides what it denies, and passes its variables', async () => {
    await using place = await openProject(
      'fs: { read: [src], write: [out], deny: [src/private] }\nenv: [CI, GREETING=hello]',
    )
    const script =
      'cat src/main.txt; echo "$CI $GREETING $OTHER" > out/said; cat src/private/key.txt'
    const args = ['sandbox', 'run', '--policy', 'jail.yaml', '--', 'sh', '-c', script]
    const env = { CI: '7', OTHER: 'unseen' }
    expect(await place.mb(args, { env })).toMatchObject({ code: 1, stdout: 'mine\n' })
    const cat = ['sandbox', 'run', '--read', '.', '--', 'cat', 'out/said', 'src/private/key.txt']
    // The second file is the control: nothing but the denial hid it.
    expect((await place.mb(cat)).stdout).toBe('7 hello \ncanary\n')
  })

  it('adds the options to the file: paths, variables, and a limit instead of the one there', async () => {
    await using place = await openProject('fs: { read: [src] }\nlimits: { time: 60s }')
    const args = ['sandbox', 'run', '--policy', 'jail.yaml', '--write', 'out', '--env', 'A=b']
    const script = 'cat src/main.txt && echo $A > out/a && sleep 60'
    const { code, stderr } = await place.mb([...args, '--time', '1s', '--', 'sh', '-c', script])
    expect(code).toBe(124)
    expect(stderr).toMatch(
      /^ended by its limit of time: 1\.0 s, used (?:(?:9\d\d|1000) ms|\d+\.\d s)\n$/,
    )
    expect((await place.mb(['sandbox', 'run', '--read', 'out', '--', 'cat', 'out/a'])).stdout).toBe(
      'b\n',
    )
  })

  it('starts in the folder that it is told', async () => {
    await using place = await openProject('fs: { read: [src] }\ncwd: src')
    const pwd = ['sandbox', 'run', '--policy', 'jail.yaml']
    const inSource = `${join(place.folder, 'src')}\n`
    expect((await place.mb([...pwd, '--', 'pwd'])).stdout).toBe(inSource)
    expect((await place.mb([...pwd, '--cwd', '/tmp', '--', 'pwd'])).stdout).toBe('/tmp\n')
  })

  it('runs a program of the person that the policy names, with what it reads beside', async () => {
    await using place = await openProject('exec: [{ command: tools/say, with: [tools/words] }]')
    await mkdir(join(place.folder, 'tools'))
    await writeFile(join(place.folder, 'tools/words'), 'well said\n')
    const script = '#!/bin/sh\ncat "${0%/*}/words" "${0%/*}/other"\n'
    await writeFile(join(place.folder, 'tools/say'), script, { mode: 0o755 })
    await writeFile(join(place.folder, 'tools/other'), 'canary\n')
    const run = ['sandbox', 'run', '--policy', 'jail.yaml', '--', 'tools/say']
    expect(await place.mb(run)).toMatchObject({ code: 1, stdout: 'well said\n' })
    const unnamed = ['sandbox', 'run', '--policy', 'jail.yaml', '--', 'tools/words']
    expect((await place.mb(unnamed)).code).toBe(127)
  })

  it('refuses with 126 what cannot be granted, and runs nothing', async () => {
    await using place = await openProject('fs: { write: [out, /proc] }')
    const args = ['sandbox', 'run', '--policy', 'jail.yaml', '--', 'touch', 'out/ran']
    expect(await place.mb(args)).toMatchObject({ code: 126, stdout: '' })
    expect(await listing(join(place.folder, 'out'))).toEqual([])
  })

  it('lets a project be written, and nothing in it that runs later', async () => {
    await using place = await openProject('fs: { write: ["${workspace}"] }')
    await mkdir(join(place.folder, '.git/hooks'), { recursive: true })
    const run = ['sandbox', 'run', '--policy', 'jail.yaml', '--', 'sh', '-c']
    const script = 'echo new > src/main.txt; echo x > .git/hooks/pre-commit; mkdir .vscode/x; true'
    expect((await place.mb([...run, script])).code).toBe(0)
    expect(await readFile(join(place.folder, 'src/main.txt'), 'utf8')).toBe('new\n')
    expect(await readdir(join(place.folder, '.git/hooks'))).toEqual([])
    expect((await readdir(place.folder)).toSorted()).toEqual(['.git', 'jail.yaml', 'out', 'src'])
  })

  it('hides our own keys and tokens, and lets nothing change our state', async () => {
    await using place = await Place.open()
    await mkdir(join(place.home, 'keys'), { recursive: true })
    await mkdir(join(place.home, 'data'))
    await writeFile(join(place.home, 'keys/default.json'), 'canary')
    await writeFile(join(place.home, 'credentials.json'), 'canary')
    await writeFile(join(place.home, 'data/note'), 'seen\n')
    const run = ['sandbox', 'run', '--read', place.home]
    const files = ['data/note', 'keys/default.json', 'credentials.json']
    const cat = ['--', 'cat', ...files.map((name) => join(place.home, name))]
    expect(await place.mb([...run, ...cat])).toMatchObject({ code: 1, stdout: 'seen\n' })
    const named = ['sandbox', 'run', '--read', join(place.home, 'keys')]
    expect((await place.mb([...named, '--', 'true'])).code).toBe(126)
    const changed = ['sandbox', 'run', '--write', join(place.home, 'data')]
    expect((await place.mb([...changed, '--', 'true'])).code).toBe(126)
  })

  it('refuses a network where nothing holds a command to it, and unix sockets anywhere', async () => {
    await using place = await openProject('net: [example.org]')
    const run = ['sandbox', 'run', '--policy', 'jail.yaml']
    const none = ['--backend', 'none', '--json', '--', 'true']
    const { code, stdout } = await place.mb([...run, ...none])
    expect(code).toBe(126)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'MB_SANDBOX_NETWORK', hint: expect.any(String) },
    })
    await writeFile(join(place.folder, 'jail.yaml'), 'net.unix: [/run/docker.sock]')
    expect(await place.mb([...run, '--', 'true'])).toMatchObject({
      code: 126,
      stderr: expect.stringContaining('Cannot allow the unix socket "/run/docker.sock"'),
    })
  })

  it('--dry-run says what the jail would hold, and runs nothing', async () => {
    await using place = await openProject(
      'fs: { write: [out], deny: [out/x] }\nlimits: { cpu: 1s }',
    )
    await mkdir(join(place.folder, 'out/x'))
    const run = ['sandbox', 'run', '--policy', 'jail.yaml', '--dry-run']
    const command = ['--', 'touch', 'out/ran']
    const { code, stdout } = await place.mb([...run, '--json', ...command])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      ok: true,
      command: ['touch', 'out/ran'],
      cwd: place.folder,
      backend: null,
      grants: [{ kind: 'fs.write', target: join(place.folder, 'out'), risk: 'high' }],
      denied: [join(place.folder, 'out/x')],
      limits: { cpuSeconds: 1 },
      totals: { critical: 0, high: 1, medium: 0, low: 0, refused: 0 },
    })
    const people = await place.mb([...run, '--read', '/proc', ...command])
    expect(people.code).toBe(126)
    expect(people.stdout).toMatch(/^would run touch out\/ran\n/)
    expect(people.stdout).toContain('refused Cannot grant "/proc": "/proc" belongs to the system\n')
    expect(await listing(join(place.folder, 'out'))).toEqual([expect.stringMatching(/ x$/)])
    // Nor did it make a home for us.
    expect(await listing(place.home)).toEqual([])
  })

  it('--dry-run tries the folder to start in', async () => {
    await using place = await Place.open()
    const args = ['sandbox', 'run', '--dry-run', '--cwd', 'nowhere', '--', 'true']
    const { code, stdout } = await place.mb(args)
    expect(code).toBe(126)
    expect(stdout).toContain(
      `refused Cannot start in "${join(place.folder, 'nowhere')}": it does not exist\n`,
    )
  })

  it('says of how many more things that they cannot be granted', async () => {
    await using place = await Place.open()
    const args = ['sandbox', 'run', '--read', '/proc', '--read', '/nowhere', '--write', '/sys']
    const { code, stderr } = await place.mb([...args, '--', 'true'])
    expect(code).toBe(126)
    expect(stderr).toMatch(
      /^error Cannot grant .*; and 2 more cannot be granted \(MB_SANDBOX_POLICY\)\nhint {2}Add --dry-run to see each of them\n$/,
    )
  })

  it('says of a variable that is not set that the command gets none', async () => {
    await using place = await Place.open()
    const args = ['sandbox', 'run', '--env', 'NOT_SET', '--env', 'HOME', '--env', 'EMPTY=']
    const { code, stderr } = await place.mb([...args, '--', 'true'])
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'warning The command gets no variable NOT_SET: it is not set here\n',
    })
  })

  it.each([
    { backend: 'bubblewrap', level: 'sandbox' },
    { backend: 'namespaces', level: 'sandbox' },
    { backend: 'landlock', level: 'restricted' },
  ])('lets nobody write the policy that they run under, by $backend', async (by) => {
    const policy = 'fs: { write: [.] }'
    await using place = await openProject(policy)
    await rename(join(place.folder, 'jail.yaml'), join(place.folder, 'out/real.yaml'))
    await symlink('out/real.yaml', join(place.folder, 'jail.yaml'))
    const script =
      'for each in jail.yaml out/real.yaml; do echo "fs: { write: [..] }" >new; cat new >$each; mv new $each; rm -f $each; done; mv out other; echo fine >src/main.txt'
    const args = ['sandbox', 'run', '--policy', 'jail.yaml', '--backend', by.backend]
    await place.mb([...args, '--level', by.level, '--write', '.', '--', 'sh', '-c', script])
    expect(await readFile(join(place.folder, 'out/real.yaml'), 'utf8')).toBe(policy)
    expect(await readFile(join(place.folder, 'jail.yaml'), 'utf8')).toBe(policy)
    // The control: beside it all that is granted can be written.
    expect(await readFile(join(place.folder, 'src/main.txt'), 'utf8')).toBe('fine\n')
  })

  it('ends with 126 when another program lays open what was hidden', async () => {
    await using place = await openProject('fs: { read: [src], deny: [src/main.txt] }')
    const args = ['sandbox', 'run', '--policy', 'jail.yaml', '--', 'sh', '-c']
    const child = place.start([...args, 'echo on; exec sleep 600'])
    const run = ended(child)
    await once(child.stdout ?? child, 'data')
    await writeFile(join(place.folder, 'src/new.txt'), 'new')
    await rename(join(place.folder, 'src/new.txt'), join(place.folder, 'src/main.txt'))
    const { code, stderr } = await run
    expect(code).toBe(126)
    expect(stderr).toContain('by which it lay open to the command: run it again')
  })
})

describe('mb sandbox explain', () => {
  it('reads a policy from standard input, and says where it starts', async () => {
    await using place = await openProject('')
    const input = 'fs: { read: [src] }\ncwd: src\n'
    const explained = await place.mb(['sandbox', 'explain', '-'], { input })
    expect(explained).toEqual({
      code: 0,
      stdout: [
        'policy standard input',
        `starts in  ${join(place.folder, 'src')}`,
        'It lets a command:',
        '  medium  Read all files in src in the folder you are in',
        '1 grant: 1 medium; none refused',
        '',
      ].join('\n'),
      stderr: '',
    })
    const elsewhere = await place.mb(['sandbox', 'explain', '--json', '-'], {
      input: 'cwd: /nowhere\n',
    })
    expect(elsewhere.code).toBe(3)
    expect(JSON.parse(elsewhere.stdout)).toMatchObject({
      ok: false,
      cwd: '/nowhere',
      refusal: { message: 'Cannot start in "/nowhere": it does not exist' },
    })
  })

  it('says each grant in words with its risk, the gravest first', async () => {
    await using place = await openProject(`
fs: { read: [src, "\${home}/notes"], write: ["\${workspace}/out"], deny: [src/private] }
env: [API_TOKEN, CI=1]
limits: { memory: 1G, processes: 20 }
`)
    await mkdir(join(place.root, 'notes'))
    const { code, stdout, stderr } = await place.mb(['sandbox', 'explain', 'jail.yaml'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      'policy jail.yaml',
      'It lets a command:',
      '  critical  Read the environment variable API_TOKEN (this holds a key or',
      '            password)',
      '  high      Create, change and delete all files in out in the folder you are in',
      '  medium    Read all files in src in the folder you are in',
      '  medium    Read all files in notes in your home folder',
      '  low       See the environment variable CI, as the policy sets it',
      `Hidden from it: ${join(place.folder, 'src/private')}`,
      'Ended when it passes: memory 1.0 GiB, processes 20',
      '5 grants: 1 critical, 1 high, 2 medium, 1 low; none refused',
      '',
    ])
  })

  it('says what would be refused, and why, with 3', async () => {
    await using place = await openProject('fs: { read: [src, /proc/1], write: [/usr] }')
    const { code, stdout } = await place.mb(['sandbox', 'explain', '--json', 'jail.yaml'])
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      file: 'jail.yaml',
      grants: [
        {
          kind: 'fs.read',
          target: '/proc/1',
          risk: 'critical',
          refusal: { hint: expect.any(String) },
        },
        {
          kind: 'fs.write',
          target: '/usr',
          risk: 'critical',
          refusal: { hint: expect.any(String) },
        },
        { kind: 'fs.read', target: join(place.folder, 'src'), risk: 'medium' },
      ],
      totals: { critical: 2, high: 0, medium: 1, low: 0, refused: 2 },
    })
  })

  it('prints no escape sequence of a policy', async () => {
    await using place = await openProject('fs: { read: ["\\e[2Jx"] }\nenv: ["A=\\e[31mred"]')
    const { code, stdout } = await place.mb(['sandbox', 'explain', 'jail.yaml'])
    expect(code).toBe(3)
    expect(stdout).not.toContain('\u001B')
    expect(stdout).not.toContain('red')
  })
})

describe('a policy file that is no good', () => {
  it.each([
    ['a key that is misspelled', 'fs: { raed: [src] }', 'MB_CLI_POLICY'],
    ['one that would weaken the jail', 'level: restricted', 'MB_CLI_POLICY'],
    ['a prototype', '{"__proto__": {"fs": {"read": ["/"]}}}', 'MB_CLI_POLICY'],
    ['a size that is none', 'limits: { memory: much }', 'MB_CLI_VALUE'],
    ['a megabyte', `# ${'x'.repeat(1024 * 1024)}`, 'MB_CONFIG_TOO_LARGE'],
    ['depth', `fs: ${'['.repeat(100_000)}`, 'MB_CONFIG_SYNTAX'],
    [
      'aliases that grow without end',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
        .map(
          (name, at) =>
            `${name}: &${name} [${Array(9)
              .fill(`*${'abcdefgh'[at] ?? ''}`)
              .join(', ')}]`,
        )
        .join('\n')}`,
      'MB_CONFIG_SYNTAX',
    ],
    ['a tag that runs code', 'fs: !!js/function "function () {}"', 'MB_CONFIG_SYNTAX'],
  ])('is refused with 2 by explain and run: %s', async (_what, policy, code) => {
    await using place = await openProject(policy)
    for (const args of [
      ['explain', '--json', 'jail.yaml'],
      ['run', '--json', '--policy', 'jail.yaml', '--', 'true'],
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { code: exitCode, stdout } = await place.mb(['sandbox', ...args])
      expect(exitCode).toBe(2)
      expect(JSON.parse(stdout)).toMatchObject({
        ok: false,
        error: { code, hint: expect.any(String) },
      })
    }
  })

  it.each([
    ['a pipe that nobody writes to', (path: string) => void spawnSync('mkfifo', [path])],
    ['a folder', async (path: string) => mkdir(path)],
    ['a link to itself', async (path: string) => symlink(path, path)],
    ['a device without end', async (path: string) => symlink('/dev/zero', path)],
    ['nothing', () => {}],
  ])('is refused with 2: %s', async (_what, make) => {
    await using place = await Place.open()
    await make(join(place.folder, 'odd.yaml'))
    const { code, stderr } = await place.mb(['sandbox', 'explain', 'odd.yaml'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error Cannot read .*\nhint {2}/)
  })
})
