import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeContract } from '@mb/kernel/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeyValues, purgeKeyValues } from './key-values.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-kv-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

const at = (name = 'kv.db'): string => join(folder, name)
const small = { maxValueBytes: 20, maxKeys: 3, maxBytes: 40 }

storeContract({ describe, it }, 'KeyValues', async () => new KeyValues(at(), 'local/notes'))

describe('KeyValues', () => {
  it('makes no file by being asked', async () => {
    await using store = new KeyValues(at(), 'local/notes')
    expect([await store.get('a'), await store.list(), await store.delete('a')]).toEqual([
      undefined,
      [],
      false,
    ])
    await expect(stat(at())).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('makes a file for its owner alone', async () => {
    await using store = new KeyValues(at(), 'local/notes')
    await store.set('a', 1)
    const modes = await Promise.all(
      ['kv.db', 'kv.db-wal', 'kv.db-shm'].map(async (name) => (await stat(at(name))).mode & 0o777),
    )
    expect(modes).toEqual([0o600, 0o600, 0o600])
  })

  it('keeps what another plugin set out of sight', async () => {
    await using mine = new KeyValues(at(), 'local/mine')
    await using theirs = new KeyValues(at(), 'local/theirs')
    await theirs.set('token', 'x')
    expect([await mine.get('token'), await mine.list(), await mine.delete('token')]).toEqual([
      undefined,
      [],
      false,
    ])
    expect(await theirs.get('token')).toBe('x')
  })

  it('holds a plugin to its limits, and lets it replace what it has', async () => {
    await using store = new KeyValues(at(), 'local/notes', small)
    await expect(store.set('a', 'x'.repeat(19))).rejects.toMatchObject({
      code: 'MB_STORE_LIMIT',
      message: 'Cannot set key "a": a value has at most 20 bytes, this has 21',
    })
    for (const key of ['a', 'b', 'c']) await store.set(key, 1)
    await expect(store.set('d', 1)).rejects.toMatchObject({
      message: 'Cannot set key "d": a plugin has at most 3 keys',
    })
    await store.set('a', 'x'.repeat(18))
    await expect(store.set('b', 'x'.repeat(18))).rejects.toMatchObject({
      message: 'Cannot set key "b": a plugin keeps at most 40 bytes',
    })
    expect([await store.get('b'), await store.list()]).toEqual([1, ['a', 'b', 'c']])
  })

  it('does not count what other plugins keep', async () => {
    await using mine = new KeyValues(at(), 'local/mine', small)
    await using theirs = new KeyValues(at(), 'local/theirs', small)
    for (const key of ['a', 'b', 'c']) await theirs.set(key, 1)
    await mine.set('a', 1)
    expect(await mine.list()).toEqual(['a'])
  })

  it('refuses a key that is half a character: it would be another key in the database', async () => {
    await using store = new KeyValues(at(), 'local/notes')
    await expect(store.set('a\ud800', 1)).rejects.toMatchObject({ code: 'MB_STORE_KEY' })
  })

  it('tells a database that is none', async () => {
    await writeFile(at(), 'this is no database, as anybody can see at once')
    await using store = new KeyValues(at(), 'local/notes')
    await expect(store.get('a')).rejects.toMatchObject({ code: 'MB_STORE_BROKEN' })
  })
})

describe('purgeKeyValues()', () => {
  it('forgets one plugin, and is fine with nothing', async () => {
    await purgeKeyValues(at(), 'local/mine')
    await using mine = new KeyValues(at(), 'local/mine')
    await using theirs = new KeyValues(at(), 'local/theirs')
    await mine.set('a', 1)
    await theirs.set('a', 1)
    await purgeKeyValues(at(), 'local/mine')
    expect([await mine.list(), await theirs.list()]).toEqual([[], ['a']])
  })

  it('is fine with a database that nothing was written into yet', async () => {
    await writeFile(at(), '')
    await purgeKeyValues(at(), 'local/mine')
    await using mine = new KeyValues(at(), 'local/mine')
    expect(await mine.list()).toEqual([])
  })
})
