import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRepositories, readRepositoriesText, repositoriesIn } from './repository-setting.ts'

const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 20_000 : 500

// Near to what is right, so that much of it is read.
const almost = fc.record(
  {
    name: fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/), fc.string()),
    url: fc.oneof(fc.webUrl(), fc.string()),
    priority: fc.oneof(fc.nat(2000), fc.double()),
    namespaces: fc.array(fc.oneof(fc.constant('acme'), fc.string()), { maxLength: 3 }),
  },
  { requiredKeys: ['name', 'url'] },
)

describe('readRepositories()', () => {
  it('reads what has the form, and says of all else what it should be', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(almost, { maxLength: 3 })), (value) => {
        const read = readRepositories(JSON.parse(JSON.stringify(value)))
        const found = read.ok ? repositoriesIn(read.value) : []
        for (const { name, url } of found) {
          expect(name).toMatch(/^[a-z][a-z0-9-]{0,63}$/)
          expect(new URL(url)).toMatchObject({ username: '', password: '', search: '', hash: '' })
          expect(['http:', 'https:']).toContain(new URL(url).protocol)
        }
        // What was read is read again as it is.
        expect(read.ok ? readRepositories(read.value) : undefined).toEqual(
          read.ok ? read : undefined,
        )
      }),
      { numRuns },
    )
  })

  it('reads several from a variable', () => {
    expect(readRepositoriesText('town=https://a.example, work=http://127.0.0.1:4873')).toEqual({
      ok: true,
      value: [
        { name: 'town', url: 'https://a.example' },
        { name: 'work', url: 'http://127.0.0.1:4873' },
      ],
    })
    expect(readRepositoriesText('https://a.example').ok).toBe(false)
  })
})
