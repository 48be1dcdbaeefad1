import fc from 'fast-check'
import { isInside } from '@mb/kernel'
import { describe, expect, it } from 'vitest'
import { fewerPaths } from './fewer-paths.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const path = fc
  .array(name, { minLength: 1, maxLength: 5 })
  .map((names) => `/root/${names.join('/')}`)

describe('fewerPaths()', () => {
  it('keeps a few of a folder, and takes the folder for many', () => {
    const few = ['/root/a/1', '/root/a/2', '/root/a/3']
    expect(fewerPaths(few, ['/root'])).toEqual(few)
    expect(fewerPaths([...few, '/root/a/4', '/root/b'], ['/root'])).toEqual(['/root/a', '/root/b'])
  })

  it('drops what lies in another', () => {
    expect(fewerPaths(['/root/a', '/root/a/b', '/root/a-b'], ['/root'])).toEqual([
      '/root/a',
      '/root/a-b',
    ])
  })

  it('covers every path, goes above no root, and gives no more lines than anybody reads', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 200 }), (paths) => {
        const lines = fewerPaths(paths, ['/root'])
        expect(lines.length).toBeLessThanOrEqual(24)
        expect(lines.filter((line) => !isInside('/root', line))).toEqual([])
        expect(paths.filter((each) => !lines.some((line) => isInside(line, each)))).toEqual([])
      }),
    )
  })

  it('folds what a hostile program names to a root in good time', () => {
    const deep = Array.from({ length: 300 }, (_, index) => `/root/${'d/'.repeat(index)}${index}`)
    const wide = Array.from({ length: 20_000 }, (_, index) => `/root/${index}/file`)
    expect(fewerPaths([...deep, ...wide], ['/root'])).toEqual(['/root'])
  })
})
