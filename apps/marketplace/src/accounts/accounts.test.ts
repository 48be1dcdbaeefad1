import { describe, expect, it } from 'vitest'
import { Served } from '../fixtures/served.ts'
import { skeleton } from './skeleton.ts'

describe('skeleton()', () => {
  it.each([
    ['acme', 'acrne'],
    ['acme', 'ac-me'],
    ['paypal', 'paypa1'],
    ['paypal', 'paypai'],
    ['google', 'g00gle'],
    ['wave', 'vvave'],
    ['corner', 'comer'],
  ])('takes %s for %s', (a, b) => {
    expect(skeleton(a)).toBe(skeleton(b))
  })

  it('tells other names apart', () => {
    expect(skeleton('acme')).not.toBe(skeleton('acne'))
  })
})

describe('Accounts', () => {
  it('give no namespace that looks like that of somebody else, and leave nothing of who asked for it', async () => {
    await using served = await Served.start()
    const { accounts } = served.marketplace
    await expect(accounts.add('eve', ['tools', 'acrne'])).rejects.toMatchObject({
      code: 'MB_SERVER_NAMESPACE',
      message: 'Cannot give namespace "acrne": "acme" is taken, and looks the same',
    })
    expect(accounts.list()).toEqual([{ name: 'ada', namespaces: ['acme'] }])
    expect(accounts.tokens()).toHaveLength(1)
  })

  it('are each there once', async () => {
    await using served = await Served.start()
    const adding = served.marketplace.accounts.add('ada', ['other'])
    await expect(adding).rejects.toMatchObject({ code: 'MB_SERVER_ACCOUNT' })
  })
})
