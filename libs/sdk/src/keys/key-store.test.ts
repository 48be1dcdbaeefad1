import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { openKeyStore } from './key-store.ts'

describe('KeyStore', () => {
  it('makes nothing before the first key', async () => {
    await using home = await TemporaryFolder.make()
    expect(await openKeyStore(home.file('new')).list()).toEqual([])
    expect(await home.list()).toEqual([])
  })

  it('create() makes a key that only its owner can read', async () => {
    await using home = await TemporaryFolder.make()
    const store = openKeyStore(home.path)
    const info = await store.create()
    expect(info).toEqual({
      name: 'default',
      keyId: expect.stringMatching(/^[0-9a-f]{64}$/),
      publicKey: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n/),
    })
    const modes = await Promise.all(
      ['keys', 'keys/default.key'].map(async (path) => (await stat(home.file(path))).mode & 0o777),
    )
    expect(modes).toEqual([0o700, 0o600])
    expect(await home.list()).toEqual(['keys', 'keys/default.key'])
    expect(await store.list()).toEqual([info])
    const { privateKey, ...key } = await store.get()
    expect({ name: 'default', ...key }).toEqual(info)
    expect(privateKey).toBe(await readFile(home.file('keys/default.key'), 'utf8'))
  })

  it('create() never replaces a key, also when two come at once', async () => {
    await using home = await TemporaryFolder.make()
    const store = openKeyStore(home.path)
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => store.create('release')),
    )
    const made = results.filter((result) => result.status === 'fulfilled')
    expect(made).toHaveLength(1)
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({
      code: 'MB_SDK_KEY_EXISTS',
      outcome: 'refused',
    })
    expect(await store.list()).toEqual(made.map((result) => result.value))
    expect(await home.list()).toEqual(['keys', 'keys/release.key'])
  })

  it('delete() removes a key, and says when there is none', async () => {
    await using home = await TemporaryFolder.make()
    const store = openKeyStore(home.path)
    await store.create('old')
    await store.delete('old')
    expect(await store.list()).toEqual([])
    await expect(store.delete('old')).rejects.toMatchObject({
      code: 'MB_SDK_KEY_MISSING',
      outcome: 'not-found',
      hint: 'Make it with `mb sdk keys create old`',
    })
  })

  it('get() says that there is no such key', async () => {
    await using home = await TemporaryFolder.make()
    await expect(openKeyStore(home.path).get('none')).rejects.toMatchObject({
      code: 'MB_SDK_KEY_MISSING',
    })
  })

  it.each(['../default', 'a/b', '', 'A', 'x\0y'])('refuses the name %j', async (name) => {
    await using home = await TemporaryFolder.make()
    const store = openKeyStore(home.path)
    await expect(store.create(name)).rejects.toMatchObject({ code: 'MB_SDK_KEY_NAME' })
    await expect(store.get(name)).rejects.toMatchObject({ code: 'MB_SDK_KEY_NAME' })
    expect(await home.list()).toEqual([])
  })

  it.each([
    ['keys/default.key', 0o640, 'chmod 600'],
    ['keys/default.key', 0o604, 'chmod 600'],
    ['keys', 0o770, 'chmod 700'],
  ])('get() refuses %s with mode %o, and says what to do', async (path, mode, hint) => {
    await using home = await TemporaryFolder.make()
    const store = openKeyStore(home.path)
    await store.create()
    await chmod(home.file(path), mode)
    await expect(store.get()).rejects.toMatchObject({
      code: 'MB_SDK_KEY_UNSAFE',
      message: `Cannot use "${home.file(path)}": its mode ${mode.toString(8)} opens it to other accounts`,
      hint: expect.stringContaining(`${hint} "${home.file(path)}"`),
    })
  })

  it('get() follows no link', async () => {
    await using home = await TemporaryFolder.make()
    const store = openKeyStore(home.path)
    await store.create('real')
    await symlink('real.key', home.file('keys/linked.key'))
    await expect(store.get('linked')).rejects.toMatchObject({ code: 'MB_SDK_KEY_UNSAFE' })
    await expect(store.get('real')).resolves.toMatchObject({})
  })

  it('get() shows nothing of a damaged key', async () => {
    await using home = await TemporaryFolder.make()
    await mkdir(home.file('keys'), { mode: 0o700 })
    await writeFile(home.file('keys/default.key'), '-----BEGIN PRIVATE KEY-----\nsecret\n', {
      mode: 0o600,
    })
    const error: unknown = await openKeyStore(home.path)
      .get()
      .catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'MB_SDK_KEY_BROKEN' })
    expect(error instanceof Error && [error.cause, error.message.includes('secret')]).toEqual([
      undefined,
      false,
    ])
  })
})
