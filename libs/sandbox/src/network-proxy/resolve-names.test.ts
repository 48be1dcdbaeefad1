import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { NameQueue } from './resolve-names.ts'

const never = new AbortController().signal

describe('NameQueue.resolve()', () => {
  it('asks for eight names at one time, and the others in turn', async () => {
    const asked: { readonly name: string; readonly answer: (addresses: string[]) => void }[] = []
    const queue = new NameQueue(
      async (name) => new Promise((answer) => asked.push({ name, answer })),
    )
    const names = Array.from({ length: 20 }, (_, index) => `n${index}`)
    const all = names.map(async (name) => queue.resolve(name, never))
    for (let index = 0; index < names.length; index++) {
      await turn()
      expect(asked).toHaveLength(Math.min(names.length, index + 8))
      asked[index]?.answer([`10.0.0.${index}`])
    }
    expect(await Promise.all(all)).toEqual(names.map((_, index) => [`10.0.0.${index}`]))
    expect(asked.map(({ name }) => name)).toEqual(names)
  })

  it('gives up with the signal, and hands on the turns of whom nobody answers', async () => {
    const asked: string[] = []
    const queue = new NameQueue(async (name) => {
      asked.push(name)
      return name === 'good' ? ['10.0.0.1'] : new Promise(() => undefined)
    })
    const giveUp = new AbortController()
    const bad = Array.from({ length: 20 }, async () => queue.resolve('bad', giveUp.signal))
    const good = queue.resolve('good', never)
    await turn()
    giveUp.abort(new Error('enough'))
    const ended = await Promise.allSettled(bad)
    expect(ended.every((each) => each.status === 'rejected')).toBe(true)
    expect(await good).toEqual(['10.0.0.1'])
    expect(asked).toEqual([...Array.from({ length: 8 }, () => 'bad'), 'good'])
    await expect(queue.resolve('good', giveUp.signal)).rejects.toThrow('enough')
  })

  it('asks for no more when many go on whom nobody waits for, and gives up all the same', async () => {
    const asked: (() => void)[] = []
    const queue = new NameQueue(
      async () => new Promise((_, fail) => asked.push(() => fail(new Error('late')))),
    )
    for (let index = 0; index < 30; index += 1) {
      const giveUp = new AbortController()
      const given = queue.resolve('bad', giveUp.signal)
      await turn()
      giveUp.abort(new Error('enough'))
      await expect(given).rejects.toThrow('enough')
    }
    expect(asked).toHaveLength(16)
    const waiting = queue.resolve('good', never)
    await turn()
    expect(asked).toHaveLength(16)
    for (const fail of asked) fail()
    await turn()
    expect(asked).toHaveLength(17)
    asked.at(-1)?.()
    await expect(waiting).rejects.toThrow('late')
  })

  it('gives what the resolver throws, and no more addresses than are tried', async () => {
    const queue = new NameQueue(async (name) => {
      if (name === 'unknown') throw new Error('ENOTFOUND')
      return Array.from({ length: 1000 }, () => '10.0.0.1')
    })
    await expect(queue.resolve('unknown', never)).rejects.toThrow('ENOTFOUND')
    expect(await queue.resolve('many', never)).toHaveLength(6)
  })
})
