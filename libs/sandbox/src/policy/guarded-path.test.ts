import { secretPlaces, startupPlaces, workspacePlaces } from '@mb/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { homeIn, secretAt, startedLater } from './guarded-path.ts'

const homes = ['/home/ada', '/srv/people/bob', '/root']
const below = fc
  .array(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 3 })
  .map((names) => names.map((name) => `/${name}`).join(''))
const mixed = (text: string): fc.Arbitrary<string> =>
  fc.mixedCase(fc.constant(text), { untoggleAll: (value) => value.toLowerCase() })

describe('secretAt()', () => {
  it('knows keys in every home, and all that lies below them, in any case', () => {
    const place = fc.constantFrom(...secretPlaces).chain(({ path }) => mixed(path))
    fc.assert(
      fc.property(
        fc.constantFrom(...homes, '/home/x', '/Users/x'),
        place,
        below,
        (home, path, rest) => {
          expect(secretAt(`${home}/${path}${rest}`, homes)).toEqual(expect.any(String))
        },
      ),
    )
  })

  it('knows the names that tell by themselves anywhere', () => {
    expect(secretAt('/mnt/backup/ada/.ssh/id', homes)).toBe('your SSH keys')
    expect(secretAt('/mnt/backup/ada/.npmrc', homes)).toBeUndefined()
  })

  it.each([
    '/home/ada',
    '/home/ada/.sshare',
    '/home/ada/ssh',
    '/home/ada/src/.npmrc',
    '/srv/.config/gh',
  ])('leaves %s alone', (path) => {
    expect(secretAt(path, homes)).toBeUndefined()
  })
})

describe('startedLater()', () => {
  it('knows what a workspace runs, in any folder and case, and what lies below', () => {
    const place = fc.constantFrom(...workspacePlaces).chain(({ path }) => mixed(path))
    fc.assert(
      fc.property(below, place, below, (folder, path, rest) => {
        expect(startedLater(`${folder}/${path}${rest}`, homes)).toEqual(expect.any(String))
      }),
    )
  })

  it('knows what runs at login in homes alone', () => {
    const place = fc.constantFrom(...startupPlaces)
    fc.assert(
      fc.property(fc.constantFrom(...homes), place, below, (home, { path }, rest) => {
        expect(startedLater(`${home}/${path}${rest}`, homes)).toEqual(expect.any(String))
      }),
    )
    expect(startedLater('/srv/app/bin', homes)).toBeUndefined()
  })

  it.each([
    '/w/src',
    '/w/.gitignore',
    '/w/git/hooks',
    '/w/.github/CODEOWNERS',
    '/w/node_modules/x',
  ])('leaves %s alone', (path) => {
    expect(startedLater(path, homes)).toBeUndefined()
  })
})

describe('homeIn()', () => {
  it('finds the home that a folder is or holds', () => {
    expect(homeIn('/srv/people/bob', homes)).toBe('/srv/people/bob')
    expect(homeIn('/srv', homes)).toBe('/srv/people/bob')
    expect(homeIn('/home/stranger', homes)).toBe('/home/stranger')
    expect(homeIn('/srv/people/bob/src', homes)).toBeUndefined()
  })
})
