import { addedPermissions, noPermissions } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { permissions } from '../fixtures/any-permissions.ts'
import { effectivePermissions } from './effective-permissions.ts'

describe('effectivePermissions()', () => {
  it('is never more than was asked, and never more than was granted', () => {
    fc.assert(
      fc.property(permissions, permissions, (asked, granted) => {
        const effective = effectivePermissions(asked, granted)
        expect(addedPermissions(asked, effective)).toEqual(noPermissions)
        expect(addedPermissions(granted, effective)).toEqual(noPermissions)
      }),
    )
  })

  it('leaves out only what was not granted', () => {
    fc.assert(
      fc.property(permissions, permissions, (asked, granted) => {
        const effective = effectivePermissions(asked, granted)
        const beyond = addedPermissions(granted, asked)
        expect(new Set([...effective.env, ...beyond.env])).toEqual(new Set(asked.env))
        expect(new Set([...effective.net, ...beyond.net])).toEqual(new Set(asked.net))
        expect(effectivePermissions(asked, asked)).toEqual(asked)
        expect(effectivePermissions(asked, noPermissions)).toEqual(noPermissions)
      }),
    )
  })
})
