import fc from 'fast-check'
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import { pythonName, pythonVersion } from './python-names.ts'

describe('pythonName()', () => {
  it.each([
    ['Beautiful_Soup.4', 'beautiful-soup-4'],
    ['a--b__c', 'a-b-c'],
    ['requests[socks,security]', 'requests'],
  ])('%s is %s', (text, name) => expect(pythonName(text)).toBe(name))
})

describe('pythonVersion()', () => {
  it.each([
    ['2', '2.0.0'],
    ['2.31', '2.31.0'],
    ['2024.02.02', '2024.2.2'],
    ['1.2.3.4', '1.2.3'],
    ['1.0rc1', '1.0.0-rc.1'],
    ['1.0.0a2.dev3', '1.0.0-a.2.dev.3'],
    ['1.0.post1', '1.0.0'],
    ['1.0-1', '1.0.0'],
    ['v1.0', '1.0.0'],
    ['1.0+local.7', '1.0.0'],
    ['1!2.0', undefined],
    ['latest', undefined],
    ['', undefined],
  ])('%j is %s', (text, version) => expect(pythonVersion(text)).toBe(version))

  it('makes of any text a version that semver takes, or none', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[0-9.abcrdevpost!+-]{1,20}$/)),
        (text) => {
          const version = pythonVersion(text)
          expect(version === undefined || semver.valid(version) === version).toBe(true)
        },
      ),
    )
  })
})
