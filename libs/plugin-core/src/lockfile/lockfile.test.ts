import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { noPermissions } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareLockfiles } from './compare-lockfiles.ts'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { formatLockfile } from './format-lockfile.ts'
import type { LockedPlugin, Lockfile } from './lockfile.ts'
import { hashOf, parseLockfile, readLockfile } from './read-lockfile.ts'

const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 5000 : 200

function locked(differs: Partial<LockedPlugin> = {}): LockedPlugin {
  const plugin = {
    version: '1.0.0',
    repository: 'town',
    digest: 'ab'.repeat(32),
    keyId: 'cd'.repeat(32),
    permissions: noPermissions,
    optionalPermissions: noPermissions,
    plugins: {},
    optionalPlugins: {},
    ...differs,
  }
  return { ...plugin, permissionsHash: hashOf(plugin) }
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}q$/)
const id = fc.tuple(name, name).map(([namespace, own]) => `${namespace}/${own}`)
const range = fc.constantFrom('*', '^1.0.0', '>=1.2.3 <2', '1.0.0 || ^3.0.0')
const ranges = fc.dictionary(fc.oneof(id, name), range, { maxKeys: 4 })
const permissions = fc
  .uniqueArray(fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), { maxLength: 3 })
  .map((names) => ({ ...noPermissions, env: names.map((each) => ({ name: each })) }))
const plugin = fc
  .record({
    permissions,
    optionalPermissions: permissions,
    plugins: ranges,
    optionalPlugins: ranges,
    version: fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).map((parts) => parts.join('.')),
  })
  .map(locked)
const lockfile: fc.Arbitrary<Lockfile> = fc.record({
  sets: fc.dictionary(fc.constantFrom('.', 'packages/site', 'a b/ü'), ranges),
  plugins: fc.dictionary(id, plugin, { maxKeys: 6 }),
})

describe('formatLockfile() and parseLockfile()', () => {
  it('give back what they were given, in the same text whatever the order', () => {
    fc.assert(
      fc.property(lockfile, (given) => {
        const text = formatLockfile(given)
        const read = parseLockfile(text, 'milkbottle.lock')
        expect(read).toEqual({ sets: { ...given.sets }, plugins: { ...given.plugins } })
        const turned = Object.fromEntries(Object.entries(given.plugins).toReversed())
        expect(formatLockfile({ sets: given.sets, plugins: turned })).toBe(text)
      }),
      { numRuns },
    )
  })

  it('changes only lines of a plugin that is other', () => {
    const [a, b] = [locked(), locked()]
    const before = formatLockfile({ sets: {}, plugins: { 'acme/a': a, 'acme/b': b } }).split('\n')
    const next = locked({ version: '1.1.0', digest: 'ef'.repeat(32) })
    const after = formatLockfile({ sets: {}, plugins: { 'acme/a': a, 'acme/b': next } }).split('\n')
    expect(after.filter((line, at) => line !== before[at])).toEqual([
      `      "digest": "${'ef'.repeat(32)}",`,
      '      "version": "1.1.0"',
    ])
  })
})

describe('parseLockfile()', () => {
  const whole = formatLockfile({
    sets: { '.': { 'acme/pdf': '^1.0.0' } },
    plugins: { 'acme/pdf': locked() },
  })

  it('reads the one that the forgeries below are made of', () => {
    expect(Object.keys(parseLockfile(whole, 'milkbottle.lock').plugins)).toEqual(['acme/pdf'])
  })

  it.each([
    ['no JSON', whole.slice(1)],
    ['a later form', whole.replace('"lockfileVersion": 1', '"lockfileVersion": 2')],
    ['an id that is none', whole.replaceAll('acme/pdf', '../../etc')],
    [
      'an id that every object has',
      whole.replace('"acme/pdf": {', '"__proto__": {},\n"constructor": {'),
    ],
    ['a folder outside of the project', whole.replace('".": {', '"../other": {')],
    ['a folder from the root', whole.replace('".": {', '"/etc": {')],
    ['a version that is none', whole.replace('"1.0.0"', '"1.0"')],
    ['a digest that is none', whole.replace('abab', 'ABAB')],
    ['something nobody knows', whole.replace('"version"', '"trust": true,\n"version"')],
    [
      'permissions of another hash',
      whole.replace('"permissions": {}', '"permissions": {"env": ["HOME"]}'),
    ],
    [
      'permissions that are none',
      whole.replace('"permissions": {}', '"permissions": {"all": true}'),
    ],
    ['all but an object', '[]'],
  ])('refuses %s', (_, text) => {
    expect(text).not.toBe(whole)
    expect(() => parseLockfile(text, 'milkbottle.lock')).toThrow(
      expect.objectContaining({ code: 'MB_LOCKFILE_INVALID', outcome: 'usage' }),
    )
  })

  it('knows the marks of a merge', () => {
    expect(() => parseLockfile(`<<<<<<< HEAD\n${whole}`, 'milkbottle.lock')).toThrow(
      expect.objectContaining({
        hint: 'It has marks of a merge: take either side, and run mb plugin lock',
      }),
    )
  })
})

describe('readLockfile()', () => {
  it.each([
    ['a folder', 'it is a folder'],
    ['a device that never ends', 'it is no regular file'],
    ['a link to itself', 'its links lead in a circle'],
  ])('refuses %s in the place of a lockfile', async (kind, reason) => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'milkbottle.lock')
    if (kind === 'a folder') await mkdir(path)
    else await symlink(kind === 'a link to itself' ? path : '/dev/zero', path)
    await expect(readLockfile(path)).rejects.toMatchObject({
      code: 'MB_LOCKFILE_INVALID',
      message: `Cannot read "${path}": ${reason}`,
    })
  })

  it('finds none where there is none', async () => {
    await using folder = await temporaryFolder()
    expect(await readLockfile(join(folder.path, 'milkbottle.lock'))).toBeUndefined()
  })
})

function env(...names: readonly string[]): Pick<LockedPlugin, 'permissions'> {
  return { permissions: { ...noPermissions, env: names.map((each) => ({ name: each })) } }
}

describe('compareLockfiles()', () => {
  it('tells what came, went and changed, and what each may do now', () => {
    const before = {
      sets: {},
      plugins: {
        'acme/gone': locked(env('HOME')),
        'acme/same': locked(),
        'acme/up': locked(env('LANG', 'HOME')),
        'acme/down': locked({ version: '2.0.0' }),
        'acme/forged': locked(),
        'acme/moved': locked(),
      },
    }
    const after = {
      sets: {},
      plugins: {
        'acme/new': locked(env('HOME')),
        'acme/same': locked(),
        'acme/up': locked({ version: '1.1.0', ...env('HOME', 'PATH') }),
        'acme/down': locked(),
        'acme/forged': locked({ digest: 'ef'.repeat(32), keyId: 'ef'.repeat(32) }),
        'acme/moved': locked({ repository: 'mall' }),
      },
    }
    const told = compareLockfiles(before, after).map((change) => ({
      id: change.id,
      kind: change.kind,
      gains: change.gains.map(({ target }) => target),
      loses: change.loses.map(({ target }) => target),
      others: [change.isOtherSigner, change.isOtherRepository],
    }))
    const none = { gains: [], loses: [], others: [false, false] }
    expect(told).toEqual([
      { ...none, id: 'acme/down', kind: 'older' },
      { ...none, id: 'acme/forged', kind: 'replaced', others: [true, false] },
      { ...none, id: 'acme/gone', kind: 'removed', loses: ['HOME'] },
      { ...none, id: 'acme/moved', kind: 'moved', others: [false, true] },
      { ...none, id: 'acme/new', kind: 'added', gains: ['HOME'] },
      { ...none, id: 'acme/up', kind: 'newer', gains: ['PATH'], loses: ['LANG'] },
    ])
  })

  it('finds nothing between a lockfile and itself', () => {
    fc.assert(
      fc.property(lockfile, (given) => {
        expect(compareLockfiles(given, given)).toEqual([])
      }),
      { numRuns },
    )
  })
})
