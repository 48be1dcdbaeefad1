import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathOf } from './path-of.ts'
import { routes } from './routes.ts'

const usual = { namespace: 'acme', name: 'pdf', version: '1.0.0' }
const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 10_000 : 500

describe('routes', () => {
  it('are those of the contract', () => {
    expect(
      Object.entries(routes).map(([name, { method, path, auth, status }]) =>
        [name, method, path, auth, status].join(' '),
      ),
    ).toEqual([
      'service GET /.well-known/mb.json none 200',
      'health GET /healthz none 200',
      'readiness GET /readyz none 200',
      'openapi GET /v1/openapi.json none 200',
      'search GET /v1/search none 200',
      'plugin GET /v1/plugins/{namespace}/{name} none 200',
      'versions GET /v1/plugins/{namespace}/{name}/versions none 200',
      'version GET /v1/plugins/{namespace}/{name}/versions/{version} none 200',
      'download GET /v1/plugins/{namespace}/{name}/versions/{version}/download none 200',
      'publish POST /v1/plugins/{namespace}/packages token 202',
      'publishStatus GET /v1/publishes/{id} token 200',
      'validate POST /v1/validate token 200',
      'keys GET /v1/namespaces/{namespace}/keys none 200',
      'enrolKey POST /v1/namespaces/{namespace}/keys token 201',
      'removeKey DELETE /v1/namespaces/{namespace}/keys/{keyId} token 204',
      'whoami GET /v1/account token 200',
      'revokeToken DELETE /v1/account/token token 204',
    ])
  })

  it('read a query as it stands in an address', () => {
    const { query } = routes.search
    expect(query.parse({ q: 'pdf', limit: '5', offset: '40' })).toEqual({
      q: 'pdf',
      limit: 5,
      offset: 40,
    })
    expect(query.parse({})).toEqual({ q: '', limit: 20, offset: 0 })
    for (const wrong of [
      { limit: '0' },
      { limit: '101' },
      { limit: '1.5' },
      { limit: 'x' },
      { limit: '' },
      { offset: '-1' },
      { offset: '10001' },
      { q: 'x'.repeat(201) },
    ])
      expect(query.safeParse(wrong).success).toBe(false)
  })
})

describe('pathOf()', () => {
  it('gives one segment for each value, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (value) => {
        for (const place of ['namespace', 'name', 'version'] as const) {
          const path = attempt({ ...usual, [place]: value })
          if (path === undefined) continue
          const url = new URL(`https://plugins.example${path}`)
          expect([url.pathname.split('/').length, url.search, url.hash]).toEqual([7, '', ''])
        }
      }),
      { numRuns },
    )
  })

  it('gives each version back as it was', () => {
    const part = fc.nat({ max: 999 })
    const label = fc.stringMatching(/^[a-z][0-9A-Za-z-]{0,8}$/)
    fc.assert(
      fc.property(part, part, label, label, (major, minor, early, build) => {
        const version = `${major}.${minor}.0-${early}+${build}`
        const path = pathOf(routes.version, { namespace: 'acme', name: 'pdf', version })
        expect(decodeURIComponent(path.split('/').at(-1) ?? '')).toBe(version)
      }),
      { numRuns },
    )
  })

  it.each(['..', '.', '', 'a/b', 'A', 'a b', '%2e%2e', 'аcme', 'con', 'a'.repeat(65)])(
    'refuses the name %j',
    (name) => {
      expect(() => pathOf(routes.plugin, { namespace: 'acme', name })).toThrow(TypeError)
    },
  )
})

function attempt(params: {
  readonly namespace: string
  readonly name: string
  readonly version: string
}): string | undefined {
  try {
    return pathOf(routes.version, params)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
