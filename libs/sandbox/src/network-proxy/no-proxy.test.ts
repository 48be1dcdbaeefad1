import { describe, expect, it } from 'vitest'
import { NoProxy } from './no-proxy.ts'
import { parseAuthority } from './target.ts'

describe('NoProxy.has()', () => {
  it.each([
    ['*', 'a.b:1', true],
    ['a.b', 'a.b:1', true],
    ['A.B.', 'a.b:1', true],
    ['a.b', 'x.a.b:1', true],
    ['a.b', 'xa.b:1', false],
    ['.a.b', 'x.a.b:1', true],
    ['.a.b', 'a.b:1', true],
    ['*.a.b', 'x.a.b:1', true],
    [' a.b ', 'a.b:1', true],
    ['a.b:1', 'a.b:1', true],
    ['a.b:1', 'a.b:2', false],
    ['10.0.0.1', '10.0.0.1:1', true],
    ['10.0.0.1', '10.0.0.2:1', false],
    ['10.0.0.1:1', '10.0.0.1:1', true],
    ['10.0.0.0/8', '10.1.2.3:1', true],
    ['10.0.0.0/8', '11.1.2.3:1', false],
    ['10.0.0.0/8', 'a.b:1', false],
    ['10.0.0.0/64', '10.1.2.3:1', false],
    ['fd00::/8', '[fd12::1]:1', true],
    ['::1', '[::1]:1', true],
    ['[::1]:1', '[::1]:1', true],
    ['[::1]:1', '[::1]:2', false],
    ['', 'a.b:1', false],
    ['http://a.b', 'a.b:1', false],
  ])('%j for %s: %s', (entry, authority, expected) => {
    const target = parseAuthority(authority)
    if (target === undefined) throw new TypeError(authority)
    expect(new NoProxy([entry]).has(target)).toBe(expected)
  })
})
