import { addedPermissions, noPermissions, type Permissions } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effectivePermissions } from './effective-permissions.ts'

const path = fc.constantFrom('/a', '/a/**', '/a/b', '/a/b/**', '/ab', '${data}/**', '${data}/x')
const paths = fc.uniqueArray(
  path.map((each) => ({ path: each })),
  { selector: (each) => each.path, maxLength: 4 },
)
const names = fc.uniqueArray(
  fc.constantFrom('A', 'B', 'C').map((name) => ({ name })),
  { selector: ({ name }) => name },
)
const hosts = fc.uniqueArray(
  fc.record(
    {
      host: fc.constantFrom('*', '*.acme.example', 'api.acme.example', 'other.example'),
      ports: fc.uniqueArray(fc.constantFrom(80, 443), { minLength: 1 }),
    },
    { requiredKeys: ['host'] },
  ),
  { selector: ({ host }) => host, maxLength: 3 },
)
const permissions: fc.Arbitrary<Permissions> = fc.record({
  fs: fc.record({ read: paths, write: paths }),
  net: hosts,
  exec: fc.constantFrom([], [{ command: 'git' }], [{ command: 'git', args: ['log', '**'] }]),
  env: names,
  secrets: names,
  'http.serve': fc.boolean(),
  'net.unix': paths,
  'system.metrics': fc.boolean(),
})

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
