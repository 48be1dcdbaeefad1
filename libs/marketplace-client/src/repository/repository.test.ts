import { describe, expect, it } from 'vitest'
import { checkRepositories } from './repository.ts'

const secret = 'hunter2hunter2'

describe('checkRepositories()', () => {
  it('puts them in the order that they are asked in, those of one priority as they came', () => {
    const order = checkRepositories([
      { name: 'a', url: 'https://a.example/' },
      { name: 'b', url: 'https://b.example/plugins//', priority: 100 },
      { name: 'c', url: 'http://localhost:4873', priority: 1 },
    ])
    expect(order.map(({ name, base, origin }) => [name, base, origin])).toEqual([
      ['c', 'http://localhost:4873', 'http://localhost:4873'],
      ['a', 'https://a.example', 'https://a.example'],
      ['b', 'https://b.example/plugins', 'https://b.example'],
    ])
  })

  it.each(['http://127.0.0.1:1', 'http://127.9.8.7', 'http://[::1]:80/x', 'http://localhost/'])(
    'takes %s, which is this very machine',
    (url) => {
      expect(checkRepositories([{ name: 'home', url }]).length).toBe(1)
    },
  )

  it.each([
    ['http://plugins.example', 'its address is not https'],
    ['http://127.0.0.1.evil.example', 'its address is not https'],
    ['http://localhost.evil.example', 'its address is not https'],
    ['http://192.168.0.1', 'its address is not https'],
    ['http://[::2]', 'its address is not https'],
    ['http://0.0.0.0', 'its address is not https'],
    ['ftp://plugins.example', 'its address is not https'],
    ['file:///etc/passwd', 'its address is not https'],
    [`https://ada:${secret}@plugins.example`, 'its address holds credentials'],
    [`https://${secret}@plugins.example`, 'its address holds credentials'],
    [`https://plugins.example/?token=${secret}`, 'its address has a query or fragment'],
    [`https://plugins.example/#${secret}`, 'its address has a query or fragment'],
    ['plugins.example', 'its address is no URL'],
    ['', 'its address is no URL'],
  ])('refuses %s', (url, is) => {
    const check = () => checkRepositories([{ name: 'shop', url }])
    expect(check).toThrow(
      expect.objectContaining({
        code: 'MB_MARKETPLACE_REPOSITORY',
        outcome: 'usage',
        message: `Cannot use marketplace "shop": ${is}`,
      }),
    )
    expect(check).not.toThrow(secret)
  })

  it.each(['', 'Shop', 'a b', '../x', 'a'.repeat(65), 'con'])('refuses the name %j', (name) => {
    expect(() => checkRepositories([{ name, url: 'https://a.example' }])).toThrow(
      expect.objectContaining({ code: 'MB_MARKETPLACE_REPOSITORY' }),
    )
  })

  it('refuses two of one name, and what is no namespace', () => {
    const url = 'https://a.example'
    expect(() =>
      checkRepositories([
        { name: 'a', url },
        { name: 'a', url },
      ]),
    ).toThrow('Cannot use marketplace "a": there are two of that name')
    expect(() => checkRepositories([{ name: 'a', url, namespaces: ['ok', '*'] }])).toThrow(
      'Cannot use marketplace "a": "*" is no namespace',
    )
  })
})
