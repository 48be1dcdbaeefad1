import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namedHosts, type NamedHosts } from './named-hosts.ts'

const named = (...typed: readonly string[]): NamedHosts =>
  namedHosts(typed.map((each) => ({ typed: each, label: 'argument "from"' })))

describe('namedHosts()', () => {
  it.each([
    ['https://api.acme.example/v1?q=1', { host: 'api.acme.example', ports: [443] }],
    ['http://API.acme.example.', { host: 'api.acme.example', ports: [80] }],
    ['wss://api.acme.example:8443', { host: 'api.acme.example', ports: [8443] }],
    ['postgres://db.acme.example:5432/notes', { host: 'db.acme.example', ports: [5432] }],
    ['http://127.1:3000/', { host: '127.0.0.1', ports: [3000] }],
    ['http://0x7f.1:3000/', { host: '127.0.0.1', ports: [3000] }],
    ['http://[0:0::1]:3000/', { host: '::1', ports: [3000] }],
    ['https://bücher.example/', { host: 'xn--bcher-kva.example', ports: [443] }],
    ['https://good.example@evil.example/', { host: 'evil.example', ports: [443] }],
  ])('takes %s for one host and one port', (typed, host) => {
    expect(named(typed).hosts).toEqual([host])
  })

  it.each([
    'mailto:ada@acme.example',
    'data:text/plain,hello',
    'file:///etc/passwd',
    'ssh://host.example',
  ])('takes %s for nobody', (typed) => {
    expect(named(typed).hosts).toEqual([])
  })

  // Control: as permissions these are every host, or every host below a domain.
  it.each(['http://*/', 'http://*.acme.example/', 'redis://*:6379/', 'redis://a%20b:6379/'])(
    'refuses %s, which names no single host',
    (typed) => {
      expect(() => named(typed)).toThrow('it is no host')
    },
  )

  it('grants one host and one port for each address, whatever it is, or refuses it', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (typed) => {
        const [host, ...more] = named(typed).hosts
        expect(more).toEqual([])
        expect(host?.host).not.toContain('*')
        expect(host?.ports).toHaveLength(1)
      }),
    )
  })

  it('knows the passwords that stand in them', () => {
    expect(named('https://ada:s%40crt@acme.example/').passwords).toEqual(['s%40crt', 's@crt'])
    expect(named('https://ada:%ff@acme.example/').passwords).toEqual(['%ff', '%ff'])
    expect(named('https://ada@acme.example/').passwords).toEqual([])
  })
})
