import { describe, expect, it } from 'vitest'
import { ReachRecord } from './record.ts'

describe('ReachRecord', () => {
  it('keeps what was done with a path, and what failed, in one place', () => {
    const record = new ReachRecord()
    const path = Buffer.from('/work//./f')
    record.add({ kind: 'path', access: 'read', path, error: 'ENOENT' })
    record.add({ kind: 'path', access: 'write', path: Buffer.from('/work/f/') })
    expect(record.paths).toEqual([
      { path: '/work/f', done: new Set(['write']), failed: new Map([['read', 'ENOENT']]) },
    ])
  })

  it('keeps the path that was named and the one that it led to', () => {
    const record = new ReachRecord()
    const [path, real] = [Buffer.from('/work/link'), Buffer.from('/work/f')]
    record.add({ kind: 'path', access: 'read', path, real })
    expect(record.paths.map((each) => each.path)).toEqual(['/work/link', '/work/f'])
  })

  it('takes the folder of a name that is no UTF-8', () => {
    const record = new ReachRecord()
    const path = Buffer.concat([Buffer.from('/work/a/'), Buffer.of(0xff), Buffer.from('/b')])
    record.add({ kind: 'path', access: 'read', path })
    expect(record.paths.map((each) => [each.path, [...each.done]])).toEqual([['/work/a', ['list']]])
  })

  it('takes what the hooks look for as a variable', () => {
    const record = new ReachRecord()
    for (const name of ['HOME', 'A=b', '../x'])
      record.add({
        kind: 'path',
        access: 'read',
        path: Buffer.from(`/run/observed/variables/${name}`),
        error: 'ENOENT',
      })
    expect([...record.variables]).toEqual(['HOME'])
  })

  it('keeps no more than there is room for, and says so', () => {
    const record = new ReachRecord()
    const long = 'x'.repeat(4000)
    for (let index = 0; index < 10_000; index += 1)
      record.add({ kind: 'path', access: 'read', path: Buffer.from(`/${index}/${long}`) })
    expect(record.isWhole).toBe(false)
    expect(record.paths.length).toBeLessThan(2100)
    // What is known already goes on to be told of.
    record.add({ kind: 'path', access: 'write', path: Buffer.from(`/0/${long}`) })
    expect(record.paths[0]?.done).toEqual(new Set(['read', 'write']))
  })
})
