import { noPermissions, permissionsHash, type Permissions } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { permissions } from '../fixtures/any-permissions.ts'
import { agreementTo, grantAfter, grantOf } from './agreement.ts'
import {
  coversRequest,
  gapInWords,
  grantGaps,
  isGrantOf,
  requestHash,
  type GrantCandidate,
} from './covers-request.ts'
import { effectivePermissions } from './effective-permissions.ts'
import { isInRange, usualRange } from './grant-range.ts'
import type { Grant } from './grants.ts'
import { holdsAll, permissionEntries, unionPermissions } from './permission-entries.ts'

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 5000 : 300
const acme = 'a'.repeat(64)
const mallory = 'b'.repeat(64)
const env = (...names: readonly string[]): Permissions => ({
  ...noPermissions,
  env: names.map((name) => ({ name })),
})

interface Change {
  readonly version?: string
  readonly keyId?: string | undefined
  readonly source?: string
  readonly permissions?: Permissions
  readonly optionalPermissions?: Permissions
}

function candidate({ version = '1.4.2', ...change }: Change = {}): GrantCandidate {
  const { permissions: asked = env('A', 'B'), optionalPermissions = noPermissions } = change
  return {
    manifest: { version, permissions: asked, optionalPermissions },
    keyId: 'keyId' in change ? change.keyId : acme,
    source: change.source ?? 'marketplace:town/acme/notes',
  }
}

function granted(to: GrantCandidate, options: { readonly isExact?: boolean } = {}): Grant {
  const { isExact = false } = options
  const agreement = agreementTo(to, { optional: [], isExact, before: undefined })
  return grantOf(to, agreement, '2026-01-01T00:00:00.000Z')
}

describe('coversRequest()', () => {
  const signed = granted(candidate())
  const unsigned = granted(candidate({ keyId: undefined, source: '/home/ada/notes' }))
  const beta = granted(candidate({ version: '0.3.1' }))
  const exact = granted(candidate(), { isExact: true })
  const partly: Grant = { ...signed, permissions: env('A'), revoked: env('B') }
  const folder = { keyId: undefined, source: '/home/ada/notes' } as const
  const table: readonly (readonly [string, Grant | undefined, Change, readonly string[]])[] = [
    ['the very version', signed, {}, []],
    ['a newer one of the same major version', signed, { version: '1.9.0' }, []],
    ['an older one of it', signed, { version: '1.0.0' }, []],
    ['a prerelease of it', signed, { version: '1.5.0-beta.1' }, []],
    ['what asks for less', signed, { permissions: env('B') }, []],
    ['what asks for nothing', signed, { permissions: noPermissions }, []],
    ['what could make use of more', signed, { optionalPermissions: env('C') }, []],
    ['the same key from elsewhere', signed, { source: '/tmp/notes.zip' }, []],
    ['the next major version', signed, { version: '2.0.0' }, ['other-version']],
    ['a prerelease of the next', signed, { version: '2.0.0-rc.1' }, ['other-version']],
    ['another key', signed, { keyId: mallory }, ['other-publisher']],
    ['no key', signed, { keyId: undefined }, ['other-publisher']],
    ['one thing more', signed, { permissions: env('A', 'C') }, ['asks-more']],
    [
      'all of it wrong',
      signed,
      { version: '3.0.0', keyId: mallory, permissions: env('C') },
      ['other-publisher', 'other-version', 'asks-more'],
    ],
    ['anything, when nothing is granted', undefined, {}, ['nothing-granted']],
    ['unsigned, from the same place', unsigned, { ...folder, version: '1.5.0' }, []],
    ['unsigned, from elsewhere', unsigned, { ...folder, source: '/tmp' }, ['other-publisher']],
    ['signed, after unsigned', unsigned, {}, ['other-publisher']],
    ['the same minor version below 1.0.0', beta, { version: '0.3.9' }, []],
    ['the next minor version below 1.0.0', beta, { version: '0.4.0' }, ['other-version']],
    ['the exact version', exact, {}, []],
    ['the next patch after an exact one', exact, { version: '1.4.3' }, ['other-version']],
    ['another build of an exact one', exact, { version: '1.4.2+evil' }, ['other-version']],
    ['what was taken back', partly, { version: '1.5.0' }, []],
    ['what was taken back, and more', partly, { permissions: env('A', 'B', 'C') }, ['asks-more']],
  ]
  it.each(table)('knows %s', (_, grant, change, kinds) => {
    const gaps = grantGaps(grant, candidate(change))
    expect(gaps.map(({ kind }) => kind)).toEqual(kinds)
    expect(coversRequest(grant, candidate(change))).toBe(kinds.length === 0)
    for (const gap of gaps) expect(gapInWords(gap)).toMatch(/^\S.*[^.]$/)
  })

  it('names what is asked for beyond the grant, and not what was taken back', () => {
    const [gap] = grantGaps(partly, candidate({ permissions: env('A', 'B', 'C') }))
    expect(gap).toEqual({ kind: 'asks-more', more: env('C') })
  })

  it('never lets in more than was granted', () => {
    fc.assert(
      fc.property(permissions, permissions, permissions, (agreed, optional, asked) => {
        const grant = granted(candidate({ permissions: agreed, optionalPermissions: optional }))
        const next = candidate({ version: '1.8.0', permissions: asked })
        const effective = effectivePermissions(asked, grant.permissions)
        expect(holdsAll(grant.permissions, effective)).toBe(true)
        const isWhole = permissionsHash(effective) === permissionsHash(asked)
        expect(coversRequest(grant, next)).toBe(isWhole)
      }),
      { numRuns: runs },
    )
  })

  it('lets no chain of updates without a question end with more than was agreed to', () => {
    const version = fc.constantFrom('1.0.0', '1.4.2', '1.9.9', '2.0.0')
    const step = fc.record({ version, permissions, optionalPermissions: permissions })
    fc.assert(
      fc.property(permissions, fc.array(step, { maxLength: 6 }), (agreed, steps) => {
        let grant: Grant | undefined = granted(candidate({ permissions: agreed }))
        for (const each of steps) {
          if (!coversRequest(grant, candidate(each))) continue
          grant = grantAfter(grant, candidate(each), { agreement: undefined, at: 'now' })
          expect(holdsAll(agreed, grant?.permissions ?? noPermissions)).toBe(true)
          expect(isGrantOf(grant, candidate(each))).toBe(true)
          expect(grant?.range).toBe('1.x')
        }
      }),
      { numRuns: runs },
    )
  })

  it('control: a chain that forgets what a version gave up gets it again without a question', () => {
    const first = granted(candidate())
    const less = candidate({ version: '1.5.0', permissions: env('A') })
    const more = candidate({ version: '1.6.0' })
    const kept = grantAfter(first, less, { agreement: undefined, at: 'now' })
    expect(coversRequest(kept, more)).toBe(false)
    expect(coversRequest(first, more)).toBe(true)
  })
})

describe('agreementTo()', () => {
  const asked = candidate({ permissions: env('A'), optionalPermissions: env('B', 'C') })

  it('grants what is needed, and of what is optional only what was named or granted before', () => {
    const yes = { optional: [], isExact: false, before: undefined }
    expect(agreementTo(asked, yes)).toEqual({ permissions: env('A'), range: '1.x' })
    const named = agreementTo(asked, { ...yes, optional: ['env:B'] })
    expect(named).toEqual({ permissions: env('A', 'B'), range: '1.x' })
    expect(agreementTo(asked, { ...yes, optional: ['env'] }).permissions).toEqual(
      env('A', 'B', 'C'),
    )
    const before = grantOf(asked, named, 'then')
    expect(agreementTo(asked, { ...yes, before }).permissions).toEqual(env('A', 'B'))
    expect(agreementTo(asked, { ...yes, isExact: true }).range).toBe('1.4.2')
  })
})

describe('requestHash()', () => {
  it('is that of the permissions, unless something is optional', () => {
    const { manifest } = candidate()
    expect(requestHash(manifest)).toBe(permissionsHash(manifest.permissions))
    const swapped = { permissions: env('B'), optionalPermissions: env('A') }
    const straight = { permissions: env('A'), optionalPermissions: env('B') }
    expect(requestHash(swapped)).not.toBe(requestHash(straight))
  })
})

describe('usualRange()', () => {
  it('holds the version that it was made of, and nothing of the next major one', () => {
    const part = fc.nat({ max: 30 })
    fc.assert(
      fc.property(
        part,
        part,
        part,
        fc.constantFrom('', '-rc.1', '+b'),
        (major, minor, patch, end) => {
          const version = `${major}.${minor}.${patch}${end}`
          expect(isInRange(version, usualRange(version))).toBe(true)
          expect(isInRange(`${major + 1}.0.0-0`, usualRange(version))).toBe(false)
        },
      ),
    )
  })
})

describe('permissionEntries()', () => {
  it('are all of a request, each for itself', () => {
    fc.assert(
      fc.property(permissions, (all) => {
        const entries = permissionEntries(all)
        expect(permissionsHash(unionPermissions(...entries.map(({ only }) => only)))).toBe(
          permissionsHash(all),
        )
        for (const { only, name, kind } of entries) {
          expect(permissionEntries(only).map((each) => each.name)).toEqual([name])
          expect(name.startsWith(kind)).toBe(true)
        }
      }),
      { numRuns: runs },
    )
  })
})
