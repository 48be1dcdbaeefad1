import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closestTo, runsOn, isPlatform, platformsOf } from './platforms.ts'
import { thisPlatform } from './this-platform.ts'

describe('isPlatform()', () => {
  it.each(['linux', 'darwin', 'win32', 'linux-x64', 'darwin-arm64', 'linux-arm64-musl'])(
    'takes %s',
    (text) => expect(isPlatform(text)).toBe(true),
  )

  it.each([
    '',
    'Linux',
    'windows',
    'linux-',
    'linux-amd64',
    'linux-musl',
    'darwin-x64-musl',
    'x64',
  ])('refuses %j', (text) => expect(isPlatform(text)).toBe(false))
})

describe('runsOn()', () => {
  it.each([
    [[], 'linux-x64', true],
    [['linux'], 'linux-x64', true],
    [['linux'], 'linux-x64-musl', true],
    [['linux-x64'], 'linux-x64', true],
    [['linux-x64'], 'linux-x64-musl', false],
    [['linux-x64'], 'linux-arm64', false],
    [['darwin', 'linux-arm64'], 'linux-x64', false],
    [['darwin', 'linux-arm64'], 'darwin-x64', true],
  ])('%j on %s: %s', (platforms, target, fits) => expect(runsOn(platforms, target)).toBe(fits))
})

describe('closestTo()', () => {
  const artefacts = [
    { platforms: [], of: 'all' },
    { platforms: ['linux'], of: 'linux' },
    { platforms: ['linux-x64', 'darwin-x64'], of: 'x64' },
  ]

  it.each([
    ['linux-x64', 'x64'],
    ['linux-arm64', 'linux'],
    ['linux-x64-musl', 'linux'],
    ['win32-x64', 'all'],
    ['darwin-x64', 'x64'],
  ])('chooses for %s the one for %s', (target, of) =>
    expect(closestTo(artefacts, target)?.of).toBe(of),
  )

  it('chooses only what fits, and something whenever something fits', () => {
    const platform = fc.constantFrom('linux', 'linux-x64', 'linux-x64-musl', 'darwin', 'win32-x64')
    const some = fc.array(fc.record({ platforms: fc.uniqueArray(platform, { maxLength: 2 }) }))
    fc.assert(
      fc.property(
        some,
        fc.constantFrom('linux-x64', 'linux-x64-musl', 'darwin-arm64'),
        (all, on) => {
          const fitting = all.filter(({ platforms }) => runsOn(platforms, on))
          const chosen = closestTo(all, on)
          expect(chosen === undefined ? fitting.length === 0 : fitting.includes(chosen)).toBe(true)
        },
      ),
    )
  })
})

describe('thisPlatform()', () => {
  it('names the machine that runs this as a platform', () => {
    expect(isPlatform(thisPlatform())).toBe(true)
    expect(platformsOf(thisPlatform()).at(-1)).toBe(process.platform)
  })
})
