import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { copyKeyValues, markOfKeyValues, replaceKeyValues } from './kept-values.ts'
import { KeyValues } from './key-values.ts'

async function set(path: string, plugin: string, values: Record<string, unknown>): Promise<void> {
  await using store = new KeyValues(path, plugin)
  for (const [key, value] of Object.entries(values)) await store.set(key, value)
}

async function all(path: string, plugin: string): Promise<Record<string, unknown>> {
  await using store = new KeyValues(path, plugin)
  const keys = await store.list()
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await store.get(key)])))
}

describe('values that are kept', () => {
  it('are copied, of one plugin alone, into a file of their own', async () => {
    await using folder = await temporaryFolder()
    const [path, to] = [join(folder.path, 'kv.db'), join(folder.path, 'copy', 'values.db')]
    await set(path, 'a/one', { x: 1, é: [null] })
    await set(path, 'a/two', { y: 2 })
    expect(copyKeyValues(path, 'a/one', to)).toBe(2)
    expect((await stat(to)).mode & 0o777).toBe(0o600)
    expect(await all(to, 'a/one')).toEqual({ x: 1, é: [null] })
    expect(await all(to, 'a/two')).toEqual({})
  })

  it('are replaced by others, as often as is wanted, and those of others stay', async () => {
    await using folder = await temporaryFolder()
    const [path, to] = [join(folder.path, 'kv.db'), join(folder.path, 'values.db')]
    await set(path, 'a/one', { x: 1, old: true })
    await set(path, 'a/two', { y: 2 })
    await set(to, 'a/one', { x: 2, next: true })
    replaceKeyValues(path, 'a/one', to)
    replaceKeyValues(path, 'a/one', to)
    expect(await all(path, 'a/one')).toEqual({ x: 2, next: true })
    expect(await all(path, 'a/two')).toEqual({ y: 2 })
  })

  it('can be none, which replaces what there is by nothing', async () => {
    await using folder = await temporaryFolder()
    const [path, to] = [join(folder.path, 'kv.db'), join(folder.path, 'values.db')]
    expect(copyKeyValues(path, 'a/one', to)).toBe(0)
    replaceKeyValues(path, 'a/one', to)
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
    await set(path, 'a/one', { x: 1 })
    replaceKeyValues(path, 'a/one', to)
    expect(await all(path, 'a/one')).toEqual({})
  })

  it('have another mark once something of them is another', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'kv.db')
    const marks = [markOfKeyValues(path, 'a/one')]
    for (const values of [{ x: 1 }, { x: 2 }, { y: 1 }]) {
      await set(path, 'a/one', values)
      marks.push(markOfKeyValues(path, 'a/one'))
    }
    expect(new Set(marks).size).toBe(4)
    await set(path, 'a/two', { z: 1 })
    await set(path, 'a/one', { y: 1 })
    expect(markOfKeyValues(path, 'a/one')).toBe(marks.at(-1))
  })
})
