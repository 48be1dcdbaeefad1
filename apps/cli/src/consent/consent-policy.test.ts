import { describePermissions, noPermissions, type Permissions } from '@mb/manifest'
import type { ConsentRequest } from '@mb/plugin-core'
import { describe, expect, it } from 'vitest'
import { whyPersonIsNeeded } from './consent-policy.ts'

const why = (
  permissions: Partial<Permissions>,
  findings: ConsentRequest['findings'] = [],
  optional: ConsentRequest['optional'] = [],
): string | undefined =>
  whyPersonIsNeeded({
    permissions: describePermissions({ ...noPermissions, ...permissions }),
    findings,
    optional,
  })

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

  it('asks a person for what is optional only when it is chosen', () => {
    const [described] = describePermissions({ ...noPermissions, exec: [{ command: 'git' }] })
    if (described === undefined) throw new TypeError('No description')
    const optional = { ...described, name: 'exec:git' }
    expect(why({}, [], [{ ...optional, isChosen: false }])).toBeUndefined()
    expect(why({}, [], [{ ...optional, isChosen: true }])).toMatch(/^it asks to start /)
  })

  it.each(['high', 'critical'] as const)('asks a person about a %s finding', (severity) => {
    const findings = [{ id: 'MB4101', severity, message: 'Opens a connection', file: 'a.mjs' }]
    expect(why({}, findings)).toBe('the scan found: opens a connection')
    expect(why({ exec: [{ command: 'git', args: ['log'] }] }, findings)).toMatch(
      /^it asks to start .*, and the scan found: opens a connection$/,
    )
  })

  it.each(['info', 'low', 'medium'] as const)('lets --yes stand for a %s finding', (severity) => {
    expect(why({}, [{ id: 'MB4101', severity, message: 'Reads a file' }])).toBeUndefined()
  })
})
