import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addedPermissions } from './added-permissions.ts'
import { describePermissions, type PermissionDescription } from './describe-permissions.ts'
import { neutralText } from '../neutral-text.ts'
import { noPermissions, type Permissions } from './permissions.ts'
import { permissionsHash } from './permissions-hash.ts'
import { closedPlace, sensitivePlace } from './sensitive-places.ts'

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 20_000 : 1000

// Few names, so that they meet.
const path = fc
  .tuple(
    fc.constantFrom('${workspace}', '${data}', '', '/a'),
    fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([root, names, whole]) => ({
    path: [root, ...names, ...(whole ? ['**'] : [])].join('/') || '/',
  }))
const net = fc.record(
  {
    host: fc.constantFrom('*', '*.b.c', '*.c', 'a.b.c', 'b.c', 'c'),
    ports: fc.subarray([80, 443], { minLength: 1 }),
    methods: fc.subarray(['GET', 'POST'], { minLength: 1 }),
  },
  { requiredKeys: ['host'] },
)
const exec = fc.record(
  {
    command: fc.constantFrom('git', 'npm'),
    args: fc
      .tuple(fc.array(fc.constantFrom('log', '*', '-x'), { maxLength: 3 }), fc.boolean())
      .map(([args, more]) => (more ? [...args, '**'] : args)),
  },
  { requiredKeys: ['command'] },
)
const named = fc.record({ name: fc.constantFrom('A', 'B') })
const permissions: fc.Arbitrary<Permissions> = fc.record({
  fs: fc.record({
    read: fc.array(path, { maxLength: 3 }),
    write: fc.array(path, { maxLength: 3 }),
  }),
  net: fc.array(net, { maxLength: 3 }),
  exec: fc.array(exec, { maxLength: 3 }),
  env: fc.array(named, { maxLength: 2 }),
  secrets: fc.array(named, { maxLength: 2 }),
  'http.serve': fc.boolean(),
  'net.unix': fc.array(path, { maxLength: 2 }),
  'system.metrics': fc.boolean(),
})

/** To start git with arguments of a pattern. */
function git(args: readonly string[] | undefined): Permissions {
  return {
    ...noPermissions,
    exec: [{ command: 'git', ...(args === undefined ? {} : { args }) }],
  }
}

/** All of both. */
function union(a: Permissions, b: Permissions): Permissions {
  return {
    fs: { read: [...a.fs.read, ...b.fs.read], write: [...a.fs.write, ...b.fs.write] },
    net: [...a.net, ...b.net],
    exec: [...a.exec, ...b.exec],
    env: [...a.env, ...b.env],
    secrets: [...a.secrets, ...b.secrets],
    'http.serve': a['http.serve'] || b['http.serve'],
    'net.unix': [...a['net.unix'], ...b['net.unix']],
    'system.metrics': a['system.metrics'] || b['system.metrics'],
  }
}

function covers(outer: Permissions, inner: Permissions): boolean {
  return permissionsHash(addedPermissions(outer, inner)) === permissionsHash(noPermissions)
}

describe('addedPermissions()', () => {
  it('finds nothing beyond itself, and everything beyond nothing', () => {
    fc.assert(
      fc.property(permissions, (a) => {
        expect(addedPermissions(a, a)).toEqual(noPermissions)
        expect(addedPermissions(noPermissions, a)).toEqual(a)
      }),
      { numRuns: runs },
    )
  })

  it('is transitive: what is within what is within a grant is within it', () => {
    const one: fc.Arbitrary<Permissions> = fc.oneof(
      path.map((entry) => ({ ...noPermissions, fs: { read: [entry], write: [] } })),
      net.map((entry) => ({ ...noPermissions, net: [entry] })),
      exec.map((entry) => ({ ...noPermissions, exec: [entry] })),
    )
    let chains = 0
    fc.assert(
      fc.property(one, one, one, (a, b, c) => {
        if (!covers(a, b) || !covers(b, c)) return
        chains += 1
        expect(covers(a, c)).toBe(true)
      }),
      { numRuns: runs * 5 },
    )
    expect(chains).toBeGreaterThan(0)
  })

  it('is monotone: a larger grant never makes more of a request new', () => {
    fc.assert(
      fc.property(permissions, permissions, permissions, (a, b, asked) => {
        const small = addedPermissions(a, asked)
        const large = addedPermissions(union(a, b), asked)
        expect(covers(small, large)).toBe(true)
        expect(large.net.every((entry) => small.net.includes(entry))).toBe(true)
      }),
      { numRuns: runs },
    )
  })

  const nothing = noPermissions
  const read = (...paths: readonly string[]): Permissions => ({
    ...nothing,
    fs: { read: paths.map((each) => ({ path: each })), write: [] },
  })
  it.each([
    ['${workspace}/**', '${workspace}', true],
    ['${workspace}/**', '${workspace}/a/**', true],
    ['${workspace}/a/**', '${workspace}/a/b', true],
    ['/**', '/etc/passwd', true],
    ['/**', '/**', true],
    ['${workspace}/a/**', '${workspace}/ab', false],
    ['${workspace}/a', '${workspace}/a/**', false],
    ['${workspace}/a', '${workspace}/a/b', false],
    ['/a/**', '${data}/a', false],
    ['/**', '${home}/a', false],
  ])('knows whether %s holds %s: %s', (outer, inner, holds) => {
    expect(covers(read(outer), read(inner))).toBe(holds)
  })

  it('does not take the permission to write for one to read', () => {
    const before = { ...nothing, fs: { read: [], write: [{ path: '/a/**' }] } }
    expect(addedPermissions(before, read('/a/b')).fs.read).toEqual([{ path: '/a/b' }])
  })

  it.each([
    [{ host: '*.b.c' }, { host: 'a.b.c' }, true],
    [{ host: '*.c' }, { host: '*.b.c' }, true],
    [{ host: '*' }, { host: '1.2.3.4' }, true],
    [{ host: 'a.b' }, { host: 'a.b', ports: [80] }, true],
    [{ host: '*.b.c' }, { host: 'b.c' }, false],
    [{ host: '*.b.c' }, { host: 'xb.c' }, false],
    [{ host: '*.b.c' }, { host: '*.c' }, false],
    [{ host: 'a.b', ports: [80] }, { host: 'a.b' }, false],
    [{ host: 'a.b', ports: [80] }, { host: 'a.b', ports: [80, 443] }, false],
    [{ host: 'a.b', methods: ['GET'] }, { host: 'a.b', methods: ['GET', 'POST'] }, false],
  ])('knows whether %j holds %j: %s', (outer, inner, holds) => {
    expect(covers({ ...nothing, net: [outer] }, { ...nothing, net: [inner] })).toBe(holds)
  })

  it.each([
    [undefined, ['log'], true],
    [['**'], undefined, true],
    [['log', '**'], ['log'], true],
    [['log', '*'], ['log', '-x'], true],
    [['log'], ['log', '-x'], false],
    [['log', '*'], ['log', '**'], false],
    [['log'], undefined, false],
  ])('knows whether arguments %j hold %j: %s', (outer, inner, holds) => {
    expect(covers(git(outer), git(inner))).toBe(holds)
  })
})

describe('permissionsHash()', () => {
  it('is the same for the same request, whatever its order and reasons', () => {
    const a: Permissions = {
      ...noPermissions,
      net: [{ host: 'a', ports: [80, 443], reason: 'x' }, { host: 'b' }],
    }
    const b: Permissions = {
      ...noPermissions,
      net: [{ host: 'b' }, { host: 'a', ports: [443, 80] }],
    }
    expect(permissionsHash(a)).toBe(permissionsHash(b))
  })

  it('differs between requests of which one asks for more', () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        const isSame = permissionsHash(a) === permissionsHash(b)
        expect(isSame && !covers(a, b)).toBe(false)
      }),
      { numRuns: runs },
    )
  })
})

describe('neutralText()', () => {
  it('gives one line without invisible characters, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const calm = neutralText(text)
        expect(Array.from(calm).length).toBeLessThanOrEqual(200)
        expect(calm).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
        expect(neutralText(calm)).toBe(calm)
      }),
      { numRuns: runs },
    )
  })

  it.each([
    ['saves\n\nGranted! Press y', 'saves Granted! Press y'],
    ['\u001B[2K\rreads nothing', '[2K reads nothing'],
    ['reads \u202Etxt.exe', 'reads txt.exe'],
    ['z\u200Be\uFEFFro', 'z e ro'],
    ['hidden\u3164\u115F\uFFA0\u2800text', 'hidden text'],
    ['tags\u{E0041}\u{E0042} and selectors\uFE0F', 'tags and selectors'],
    [`a${'\u0301'.repeat(50)}`, `a${'\u0301'.repeat(3)}`],
  ])('makes %j %j', (hostile, calm) => {
    expect(neutralText(hostile)).toBe(calm)
  })
})

describe('describePermissions()', () => {
  const asked: Permissions = {
    fs: {
      read: [
        { path: '${workspace}/**', reason: 'reads\nthe history' },
        { path: '${workspace}/docs/**' },
        { path: '${workspace}/README.md' },
        { path: '${home}/.ssh/**' },
        { path: '/srv/data/**' },
      ],
      write: [{ path: '${data}/**' }, { path: '${workspace}/**' }, { path: '${home}/**' }],
    },
    net: [
      { host: 'api.acme.example', ports: [443], methods: ['GET'] },
      { host: '*.acme.example', ports: [80, 443], methods: ['GET', 'POST'] },
      { host: '*' },
      { host: '169.254.169.254', ports: [80] },
    ],
    exec: [{ command: 'git', args: ['log', '**'] }, { command: '/bin/sh' }, { command: '*' }],
    env: [{ name: 'EDITOR' }, { name: 'GITHUB_TOKEN' }],
    secrets: [{ name: 'github' }],
    'http.serve': true,
    'net.unix': [{ path: '/var/run/docker.sock' }],
    'system.metrics': true,
  }

  it('says each in words that a person understands, with its risk', () => {
    const said = describePermissions(asked).map(({ kind, risk, words }) => [kind, risk, words])
    expect(said).toEqual([
      ['fs.read', 'medium', 'Read all files in the folder you are in'],
      ['fs.read', 'medium', 'Read all files in docs in the folder you are in'],
      ['fs.read', 'low', 'Read README.md in the folder you are in'],
      [
        'fs.read',
        'critical',
        'Read all files in .ssh in your home folder (this holds your SSH keys)',
      ],
      ['fs.read', 'medium', 'Read all files in /srv/data'],
      ['fs.write', 'low', 'Create, change and delete all files in its own data folder'],
      ['fs.write', 'high', 'Create, change and delete all files in the folder you are in'],
      [
        'fs.write',
        'critical',
        'Create, change and delete all files in your home folder (this holds your keys and passwords)',
      ],
      ['net', 'medium', 'Exchange data with api.acme.example, on port 443 (it says: by GET alone)'],
      [
        'net',
        'high',
        'Exchange data with every host below acme.example, on ports 80, 443 (it says: by GET, POST alone)',
      ],
      ['net', 'critical', 'Exchange data with every host on the internet, on any port'],
      [
        'net',
        'critical',
        'Exchange data with 169.254.169.254, on port 80 (services of this machine or its network)',
      ],
      ['exec', 'high', 'Start the program git log **'],
      ['exec', 'critical', 'Start the program /bin/sh with any arguments (it can run any code)'],
      ['exec', 'critical', 'Start any program'],
      ['env', 'high', 'Read the environment variable EDITOR'],
      [
        'env',
        'critical',
        'Read the environment variable GITHUB_TOKEN (this holds a key or password)',
      ],
      ['secrets', 'high', 'Use your secret "github"'],
      ['http.serve', 'medium', 'Answer web requests on this machine, while it runs'],
      [
        'net.unix',
        'critical',
        'Talk to the service behind /var/run/docker.sock (it may do anything that service can)',
      ],
      ['system.metrics', 'low', 'See the load, memory and disks of this machine'],
    ])
  })

  it('neutralises the reason, and leaves out an empty one', () => {
    const [first, second] = describePermissions(asked)
    expect(first).toEqual<PermissionDescription>({
      kind: 'fs.read',
      target: '${workspace}/**',
      words: 'Read all files in the folder you are in',
      risk: 'medium',
      reason: 'reads the history',
    })
    expect(second).not.toHaveProperty('reason')
  })

  it('says nothing of nothing', () => {
    expect(describePermissions(noPermissions)).toEqual([])
  })
})

describe('sensitivePlace()', () => {
  it.each([
    '/',
    '/**',
    '/home/**',
    '/home/ada',
    '/home/ada/**',
    '/Users/ada/.ssh/id_ed25519',
    '${home}',
    '${home}/**',
    '${home}/.config/**',
    '${home}/.aws/credentials',
    '${home}/.npmrc',
    '${home}/.SSH/**',
    '${home}/.bashrc',
    '${home}/.milkbottle/**',
    '/root/.ssh/**',
    '/etc/passwd',
    '/proc/**',
    '/run/docker.sock',
    '${workspace}/.git/hooks/**',
    '${workspace}/.env',
  ])('knows %s', (place) => {
    expect(sensitivePlace(place)).toMatch(/./)
  })

  it('takes what a workspace runs later for sensitive where it is written', () => {
    for (const place of ['${workspace}/AGENTS.md', '/srv/app/.github/workflows/**'])
      expect([sensitivePlace(place), sensitivePlace(place, 'read')]).toEqual([
        expect.any(String),
        undefined,
      ])
  })

  it.each([
    '${workspace}/**',
    '${data}/**',
    '${home}/notes/**',
    '/home/ada/notes/**',
    '/srv/**',
    '/etcetera',
    '${home}/.sshare',
  ])('leaves %s alone', (place) => {
    expect(sensitivePlace(place)).toBeUndefined()
  })
})

describe('closedPlace()', () => {
  it.each([
    ['${home}/.ssh/**', 'your SSH keys', 'your SSH keys'],
    ['/home/ada/.config/gh/hosts.yml', 'your GitHub token', 'your GitHub token'],
    ['${home}/.BASHRC', undefined, 'commands that every shell of yours runs'],
    ['${workspace}/AGENTS.md', undefined, 'instructions of an assistant, which starts programs'],
    ['${home}/**', undefined, 'what runs when you log in'],
    ['${home}/.config/**', undefined, undefined],
    ['${workspace}/**', undefined, undefined],
    ['/etc/**', undefined, undefined],
  ])('knows of %s what is closed to read and to write', (place, read, write) => {
    expect([closedPlace(place, 'read'), closedPlace(place, 'write')]).toEqual([read, write])
  })
})
