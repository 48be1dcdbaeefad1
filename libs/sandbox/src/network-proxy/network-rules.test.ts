import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NetGrant } from '../policy/network.ts'
import { NetworkRules } from './network-rules.ts'
import { parseAuthority } from './target.ts'

function isGranted(grants: readonly NetGrant[], authority: string): boolean {
  const target = parseAuthority(authority)
  return target !== undefined && new NetworkRules(grants).grants(target)
}

describe('NetworkRules.grants()', () => {
  it.each<[NetGrant, string, boolean]>([
    [{ host: 'a.b' }, 'a.b:1', true],
    [{ host: 'A.b' }, 'a.B.:1', true],
    [{ host: 'a.b', ports: [443] }, 'a.b:443', true],
    [{ host: 'a.b', ports: [443] }, 'a.b:80', false],
    [{ host: 'a.b', ports: [443] }, 'x.a.b:443', false],
    [{ host: 'a.b' }, 'a.b.c:1', false],
    [{ host: 'a.b' }, 'xa.b:1', false],
    [{ host: '*.a.b' }, 'x.a.b:1', true],
    [{ host: '*.a.b' }, 'x.y.a.b:1', true],
    [{ host: '*.a.b' }, 'a.b:1', false],
    [{ host: '*.a.b' }, 'xa.b:1', false],
    [{ host: '*' }, 'a.b:1', true],
    [{ host: '*' }, '8.8.8.8:1', true],
    [{ host: '*', ports: [443] }, 'a.b:80', false],
    [{ host: '10.0.0.1' }, '10.0.0.1:1', true],
    [{ host: '10.0.0.1' }, '0xa000001:1', true],
    [{ host: '10.0.0.1' }, '[::ffff:10.0.0.1]:1', true],
    [{ host: '::1' }, '[0:0:0:0:0:0:0:1]:1', true],
    [{ host: '10.0.0.1' }, '10.0.0.2:1', false],
    [{ host: 'localhost' }, '127.0.0.1:1', false],
    [{ host: '127.0.0.1' }, 'localhost:1', false],
  ])('%j for %s: %s', (grant, authority, expected) => {
    expect(isGranted([grant], authority)).toBe(expected)
  })

  it('holds a name by no grant of another', () => {
    fc.assert(
      fc.property(fc.domain(), fc.domain(), (granted, asked) => {
        expect(isGranted([{ host: granted }], `${asked}:443`)).toBe(
          granted.toLowerCase() === asked.toLowerCase(),
        )
      }),
    )
  })

  it('holds an address by no pattern of names', () => {
    fc.assert(
      fc.property(fc.ipV4Extended(), fc.domain(), (address, name) => {
        expect(isGranted([{ host: name }, { host: `*.${name}` }], `${address}:80`)).toBe(false)
      }),
    )
  })
})

describe('NetworkRules.refusedClass()', () => {
  it.each<[readonly NetGrant[], string, string, string | undefined]>([
    [[{ host: 'a.b' }], 'a.b:1', '93.184.216.34', undefined],
    [[{ host: 'a.b' }], 'a.b:1', '127.0.0.1', 'loopback'],
    [[{ host: 'a.b' }], 'a.b:1', '169.254.169.254', 'metadata'],
    [[{ host: '*' }], 'a.b:1', '10.0.0.1', 'private'],
    [[{ host: '*' }], '10.0.0.1:1', '10.0.0.1', 'private'],
    [[{ host: 'a.b' }, { host: '10.0.0.1' }], 'a.b:1', '10.0.0.1', undefined],
    [[{ host: 'a.b' }, { host: '10.0.0.1', ports: [2] }], 'a.b:1', '10.0.0.1', 'private'],
    [[{ host: 'localhost' }], 'localhost:1', '127.0.0.1', undefined],
    [[{ host: 'localhost' }], 'localhost:1', '::1', undefined],
    [[{ host: 'localhost' }], 'localhost:1', '10.0.0.1', 'private'],
    [[{ host: 'localhost', ports: [2] }, { host: '*' }], 'localhost:1', '::1', 'loopback'],
    [[{ host: 'localhost' }, { host: 'a.b' }], 'a.b:1', '127.0.0.1', 'loopback'],
    [[{ host: '*' }], 'localhost:1', '127.0.0.1', 'loopback'],
    [[{ host: '*.localhost' }], 'a.localhost:1', '127.0.0.1', 'loopback'],
  ])('%j for %s at %s: %s', (grants, authority, address, expected) => {
    const target = parseAuthority(authority)
    if (target === undefined) throw new TypeError(authority)
    expect(new NetworkRules(grants).refusedClass(target, address)).toBe(expected)
  })
})
