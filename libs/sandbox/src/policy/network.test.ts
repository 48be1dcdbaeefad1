import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHostPattern, checkNetwork } from './network.ts'

describe('isHostPattern()', () => {
  it('takes names, names below a name, addresses and all', () => {
    for (const host of [
      '*',
      'a',
      'example.com',
      '*.example.com',
      'x_y.z-1.dev',
      '127.0.0.1',
      '::1',
    ])
      expect([host, isHostPattern(host)]).toEqual([host, true])
  })

  it.each([
    '',
    '.',
    'a.',
    '.a',
    '*.',
    '*a.b',
    'a.*',
    '**',
    'a b',
    'a/b',
    'a:1',
    'http://a',
    '-a',
    '0x7f.1',
    '127.1',
    '1',
    'a\n',
    'ä.de',
    'a'.repeat(64),
    '[::1]',
    'a@b',
  ])('refuses %j', (host) => {
    expect(isHostPattern(host)).toBe(false)
  })

  it('takes whatever names a resolver knows', () => {
    fc.assert(
      fc.property(fc.domain(), (host) => {
        expect(isHostPattern(host)).toBe(true)
        expect(isHostPattern(`*.${host.slice(0, 240)}`.replace(/[.-]+$/, ''))).toBe(true)
      }),
    )
  })
})

describe('checkNetwork()', () => {
  it.each([
    [
      { net: [{ host: 'a.b' }, { host: 'c/d' }] },
      'Cannot allow connections to "c/d": it is no name of a host, no address, and no pattern such as "*.example.com"',
    ],
    [
      { net: [{ host: 'a.b', ports: [443, 0] }] },
      'Cannot allow connections to port 0 of "a.b": ports are from 1 to 65535',
    ],
    [
      { unix: ['/run/x'] },
      'Cannot allow the unix socket "/run/x": whatever listens there would act for the program, and nothing stands between them yet',
    ],
  ])('refuses %j', (request, message) => {
    expect(() => checkNetwork(request)).toThrow(
      expect.objectContaining({ code: 'MB_SANDBOX_POLICY', message }),
    )
  })

  it('gives what is allowed', () => {
    expect(checkNetwork({ net: [], unix: [] })).toEqual([])
    expect(checkNetwork({ net: [{ host: 'a.b', ports: [443] }] })).toEqual([
      { host: 'a.b', ports: [443] },
    ])
  })
})
