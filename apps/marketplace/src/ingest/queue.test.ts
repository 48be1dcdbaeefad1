import { describe, expect, it } from 'vitest'
import { Intake } from './intake.ts'
import { Queue } from './queue.ts'

describe('Queue', () => {
  it('does one after the other, also when one fails', async () => {
    const queue = new Queue()
    const seen: string[] = []
    const work = (name: string) => async (): Promise<string> => {
      seen.push(`${name} begins`)
      await Promise.resolve()
      seen.push(`${name} ends`)
      if (name === 'b') throw new Error('b')
      return name
    }
    const all = Promise.allSettled(['a', 'b', 'c'].map((name) => queue.run('ada', work(name))))
    expect(queue.length).toBe(3)
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]))
    await queue.idle()
    expect(queue.length).toBe(0)
  })

  it('lets those who bring work take turns', async () => {
    const queue = new Queue()
    const seen: string[] = []
    const bring = (whose: string, name: string) =>
      queue.run(whose, async () => {
        await Promise.resolve()
        seen.push(name)
      })
    const first = ['a1', 'a2', 'a3', 'a4'].map((name) => bring('ada', name))
    const others = [bring('bob', 'b1'), bring('bob', 'b2'), bring('eve', 'e1')]
    expect([queue.lengthOf('ada'), queue.lengthOf('bob'), queue.lengthOf('zoe')]).toEqual([4, 2, 0])
    await Promise.all([...first, ...others])
    expect(seen).toEqual(['a1', 'a2', 'b1', 'e1', 'a3', 'b2', 'a4'])
    expect(queue.lengthOf('ada')).toBe(0)
  })
})

describe('Intake', () => {
  it('has so many places for each and for all, and gives them back', async () => {
    const intake = new Intake(new Queue(), { uploads: 2, uploadsOfOne: 1 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const held = [intake.during('a', () => promise), intake.during('b', () => promise)]
    await expect(intake.during('a', () => promise)).rejects.toMatchObject({
      headers: { 'retry-after': '5' },
    })
    await expect(intake.during('c', () => promise)).rejects.toMatchObject({
      headers: { 'retry-after': '30' },
    })
    resolve()
    await Promise.all(held)
    await expect(intake.during('a', async () => 'in')).resolves.toBe('in')
    await expect(intake.during('a', async () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    )
    await expect(intake.during('a', async () => 'in')).resolves.toBe('in')
  })

  it('takes nothing more while too much waits', async () => {
    const queue = new Queue()
    const intake = new Intake(queue, { waiting: 1 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const work = queue.run('b', () => promise)
    await expect(intake.during('a', async () => 'in')).rejects.toThrow('on their way in')
    resolve()
    await work
    await expect(intake.during('a', async () => 'in')).resolves.toBe('in')
  })

  it('lets nobody fill the places of all', async () => {
    const queue = new Queue()
    const intake = new Intake(queue, { waiting: 3, waitingOfOne: 2 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const work = [queue.run('a', () => promise), queue.run('a', () => promise)]
    await expect(intake.during('a', async () => 'in')).rejects.toThrow(
      'Account "a" has 2 packages that wait',
    )
    await expect(intake.during('b', async () => 'in')).resolves.toBe('in')
    resolve()
    await Promise.all(work)
    await expect(intake.during('a', async () => 'in')).resolves.toBe('in')
  })
})
