/**
 * Suites that every implementation of a port has to pass, for any test runner that has `describe` and `it`.
 *
 * @module
 */
import assert from 'node:assert/strict'
import type { Store } from './ports.ts'

/** The two functions of the test runner. */
export interface Runner {
  readonly describe: (title: string, body: () => void) => void
  readonly it: (title: string, body: () => Promise<void>) => void
}

/** Registers the contract of {@link Store}; `open` gives a new, empty one each time. */
export function storeContract(runner: Runner, name: string, open: () => Promise<Store>): void {
  const { describe, it } = runner
  describe(`${name} keeps the contract of Store`, () => {
    it('get() is undefined for a key that was never set', async () => {
      await using store = await open()
      assert.equal(await store.get('absent'), undefined)
    })
    it('set() then get() gives an equal value and never the same object', async () => {
      await using store = await open()
      const value = { list: [1, 'two', null, true], nested: { deep: {} } }
      await store.set('key', value)
      value.list.push('later')
      assert.deepEqual(await store.get('key'), {
        list: [1, 'two', null, true],
        nested: { deep: {} },
      })
    })
    it('set() replaces', async () => {
      await using store = await open()
      await store.set('key', 1)
      await store.set('key', 2)
      assert.equal(await store.get('key'), 2)
    })
    it('delete() tells whether there was something', async () => {
      await using store = await open()
      await store.set('key', 1)
      assert.deepEqual([await store.delete('key'), await store.delete('key')], [true, false])
    })
    it('list() gives the keys of a prefix in code-unit order, taking it literally', async () => {
      await using store = await open()
      for (const key of ['b', 'a%', 'a_', 'a', 'Z', 'ab']) await store.set(key, 1)
      assert.deepEqual(await store.list(), ['Z', 'a', 'a%', 'a_', 'ab', 'b'])
      assert.deepEqual(await store.list('a_'), ['a_'])
      assert.deepEqual(await store.list('a%'), ['a%'])
    })
    it('keys named like members of Object are ordinary keys', async () => {
      await using store = await open()
      await store.set('__proto__', 'value')
      assert.equal(await store.get('__proto__'), 'value')
      assert.equal(await store.get('constructor'), undefined)
    })
    it('refuses an empty key, a long one and one with control characters', async () => {
      await using store = await open()
      for (const key of ['', 'k'.repeat(513), 'a\u0000b', 'a\nb']) {
        await assert.rejects(store.set(key, 1), { code: 'MB_STORE_KEY' })
      }
    })
  })
}
