import { describe, expect, it } from 'vitest'
import { nearestName } from './nearest-name.ts'

describe('nearestName()', () => {
  it.each([
    ['instal', 'install'],
    ['Uninstall', 'uninstall'],
    ['lsit', 'list'],
    ['rnu', 'run'],
    ['Urn', 'run'],
    ['nur', undefined],
    ['xyzzy', undefined],
    ['', undefined],
  ])('finds for %j %j', (name, expected) => {
    expect(nearestName(name, ['install', 'uninstall', 'list', 'info', 'run'])).toBe(expected)
  })

  it('stays quick for a name of a megabyte', () => {
    expect(nearestName('x'.repeat(1_000_000), ['install'])).toBeUndefined()
  })
})
