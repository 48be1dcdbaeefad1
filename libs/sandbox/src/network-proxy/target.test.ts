import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyAddress } from '@mb/kernel'
import { formatTarget, parseAbsolute, parseAuthority } from './target.ts'

describe('parseAuthority()', () => {
  it.each([
    ['example.com:443', 'name', 'example.com', 443],
    ['EXAMPLE.com.:443', 'name', 'example.com', 443],
    ['xn--bcher-kva.example:80', 'name', 'xn--bcher-kva.example', 80],
    ['a_b.c:1', 'name', 'a_b.c', 1],
    ['127.0.0.1:80', 'address', '127.0.0.1', 80],
    ['127.1:80', 'address', '127.0.0.1', 80],
    ['127.0.0.1.:80', 'address', '127.0.0.1', 80],
    ['2130706433:80', 'address', '127.0.0.1', 80],
    ['0x7f000001:80', 'address', '127.0.0.1', 80],
    ['0177.0.0.1:80', 'address', '127.0.0.1', 80],
    ['0x7f.0.0x0.1:80', 'address', '127.0.0.1', 80],
    ['0:80', 'address', '0.0.0.0', 80],
    ['[::1]:80', 'address', '::1', 80],
    ['[::ffff:127.0.0.1]:80', 'address', '127.0.0.1', 80],
    ['[0:0:0:0:0:0:0:1]:80', 'address', '::1', 80],
  ])('reads %s', (text, kind, host, port) => {
    expect(parseAuthority(text)).toEqual({ kind, host, port })
  })

  it.each([
    '',
    ':443',
    'example.com',
    'example.com:',
    'example.com:0',
    'example.com:65536',
    'example.com:443:443',
    'example.com:+443',
    'example.com:443/',
    'user@example.com:443',
    'user:password@example.com:443',
    'example.com@127.0.0.1:443',
    'exa%6dple.com:443',
    'ex ample.com:443',
    'example.com\\.evil.example:443',
    'example.com#:443',
    'example.com?:443',
    '*:443',
    '*.example.com:443',
    'a..b:443',
    'example.com..:443',
    '.example.com:443',
    '１２７.0.0.1:80',
    'bücher.example:80',
    'ex\u00adample.com:80',
    '1.2.3.4.5:80',
    '256.0.0.1:80',
    '0x7f.0.0.0.1:80',
    'a.1:80',
    '::1:80',
    '[::1:80',
    '[fe80::1%eth0]:80',
    '[fe80::1%25eth0]:80',
    '[127.0.0.1]:80',
    '[example.com]:80',
  ])('takes %j for no target', (text) => {
    expect(parseAuthority(text)).toBeUndefined()
  })

  it('reads what it has written as the same', () => {
    const host = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV4Extended(),
      fc.ipV6().map((ip) => `[${ip}]`),
    )
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (text, port) => {
        const target = parseAuthority(`${text}:${port}`)
        fc.pre(target !== undefined)
        expect(parseAuthority(formatTarget(target))).toEqual(target)
      }),
    )
  })

  it('takes no way of writing a loopback address for a name, or for another address', () => {
    fc.assert(
      fc.property(loopback, (text) => {
        const target = parseAuthority(`${text}:80`)
        expect(target?.kind).toBe('address')
        expect(['loopback', 'reserved']).toContain(classifyAddress(target?.host ?? '8.8.8.8'))
      }),
    )
  })
})

const part = (value: number): fc.Arbitrary<string> =>
  fc.constantFrom(
    String(value),
    `0${value.toString(8)}`,
    `000${value.toString(8)}`,
    `0x${value.toString(16)}`,
    `0X${value.toString(16).toUpperCase()}`,
    `0x000${value.toString(16)}`,
  )

const loopback = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).chain(([b, c, d]) => {
  const low16 = (c << 8) | d
  const low24 = (b << 16) | low16
  const hex = `7f${b.toString(16).padStart(2, '0')}:${low16.toString(16)}`
  return fc.oneof(
    fc.tuple(part(127), part(b), part(c), part(d)).map((parts) => parts.join('.')),
    fc.tuple(part(127), part(b), part(low16)).map((parts) => parts.join('.')),
    fc.tuple(part(127), part(low24)).map((parts) => parts.join('.')),
    part(0x7f000000 + low24),
    part(0x7f000000 + low24).map((text) => `${text}.`),
    fc.constantFrom(
      `[::ffff:${hex}]`,
      `[::FFFF:127.${b}.${c}.${d}]`,
      `[0:0:0:0:0:ffff:${hex}]`,
      `[64:ff9b::${hex}]`,
      `[::${hex}]`,
      '[::1]',
      '[0000:0000:0000:0000:0000:0000:0000:0001]',
    ),
  )
})

describe('parseAbsolute()', () => {
  it.each([
    ['http://a.b/', 'a.b', 80, '/'],
    ['HTTP://A.B', 'a.b', 80, '/'],
    ['http://a.b:8080/x/../y?q=//z', 'a.b', 8080, '/x/../y?q=//z'],
    ['http://a.b?q', 'a.b', 80, '/?q'],
    ['http://a.b/@c:1', 'a.b', 80, '/@c:1'],
  ])('reads %s', (text, host, port, path) => {
    expect(parseAbsolute(text)).toEqual({ kind: 'name', host, port, path })
  })

  it.each([
    '/',
    '*',
    'a.b:80',
    'https://a.b/',
    'ftp://a.b/',
    'http:a.b',
    'http:/a.b/',
    'http:\\\\a.b/',
    'http:///a.b/',
    'http://',
    'http://user@a.b/',
    'http://user:password@a.b/',
    'http://a.b@127.0.0.1/',
    'http://a.b:/',
    'http://a.b\\@c.d/',
    'http://a.b/#x',
    'http://a.b#@c.d/',
    ' http://a.b/',
    'http://a.b\t.c/',
  ])('takes %j for no request', (text) => {
    expect(parseAbsolute(text)).toBeUndefined()
  })
})
