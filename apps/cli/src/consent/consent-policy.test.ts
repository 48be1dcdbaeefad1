import { describePermissions, noPermissions, type Permissions } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { whyPersonIsNeeded } from './consent-policy.ts'

const why = (permissions: Partial<Permissions>): string | undefined =>
  whyPersonIsNeeded(describePermissions({ ...noPermissions, ...permissions }))

describe('whyPersonIsNeeded()', () => {
  it('lets --yes stand for what is not grave', () => {
    expect(why({})).toBeUndefined()
    expect(
      why({ fs: { read: [{ path: '${workspace}/**' }], write: [{ path: '${data}/**' }] } }),
    ).toBeUndefined()
  })

  it.each([
    ['a program', { exec: [{ command: 'git', args: ['log'] }] }],
    ['a local socket', { 'net.unix': [{ path: '/var/run/docker.sock' }] }],
    ['the whole home', { fs: { read: [], write: [{ path: '${home}/**' }] } }],
  ] satisfies readonly (readonly [string, Partial<Permissions>])[])(
    'asks a person for %s',
    (_what, permissions) => {
      expect(why(permissions)).toMatch(/^it asks to /)
    },
  )
})
