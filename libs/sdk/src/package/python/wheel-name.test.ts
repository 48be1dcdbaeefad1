import { isPlatform } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../fixtures/property-runs.ts'
import { platformsOfTag, readWheelName, whyUnfitWheel } from './wheel-name.ts'

function why(file: string, target?: string, python?: string): string | undefined {
  const wheel = readWheelName(file)
  if (wheel === undefined) throw new TypeError(`${file} is no wheel`)
  return whyUnfitWheel(wheel, { target, python })
}

describe('readWheelName()', () => {
  it('reads name, version and tags', () => {
    expect(readWheelName('Charset_Normalizer-3.4.0-1-cp311.py3-abi3-linux_x86_64.whl')).toEqual({
      name: 'charset-normalizer',
      version: '3.4.0',
      pythons: ['cp311', 'py3'],
      abis: ['abi3'],
      platforms: ['linux_x86_64'],
    })
  })

  it.each(['requests.whl', 'requests-2.0.tar.gz', 'a-1-py3-none.whl', '../a-1-py3-none-any.whl'])(
    'does not take %s',
    (file) => expect(readWheelName(file)).toBeUndefined(),
  )
})

describe('whyUnfitWheel()', () => {
  it.each([
    ['a-1-py3-none-any.whl', undefined, undefined],
    ['a-1-py2.py3-none-any.whl', 'linux-x64', undefined],
    ['a-1-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl', 'linux-x64', undefined],
    ['a-1-py3-none-musllinux_1_2_aarch64.whl', 'linux-arm64-musl', undefined],
    ['a-1-cp311-cp311-linux_x86_64.whl', 'linux-x64', '~3.11.0'],
    ['a-1-cp38-abi3-macosx_10_9_universal2.whl', 'darwin-arm64', '>=3.9.0 <4.0.0'],
    ['a-1-cp312-cp312-win_amd64.whl', 'win32-x64', '>=3.12.0 <3.13.0'],
  ])('takes %s for %s and Python %s', (file, target, python) =>
    expect(why(file, target, python)).toBeUndefined(),
  )

  it.each([
    ['a-1-py2-none-any.whl', undefined, undefined, 'is for py2, and plugins run on Python 3'],
    [
      'a-1-py3-none-linux_x86_64.whl',
      undefined,
      undefined,
      'has native code for some machines alone, and the package is for all: name one with --target',
    ],
    [
      'a-1-py3-none-linux_x86_64.whl',
      'linux-arm64',
      undefined,
      'is for linux_x86_64, and the package is for linux-arm64',
    ],
    [
      'a-1-py3-none-manylinux2014_x86_64.whl',
      'linux-x64-musl',
      undefined,
      'is for manylinux2014_x86_64, and the package is for linux-x64-musl',
    ],
    [
      'a-1-py3-none-amiga_m68k.whl',
      'linux-x64',
      undefined,
      'is for amiga_m68k, and the package is for linux-x64',
    ],
    [
      'a-1-cp311-cp311-linux_x86_64.whl',
      'linux-x64',
      '>=3.9',
      'is for Python >=3.11.0 <3.12.0, and the plugin for >=3.9: say so in `engines.python`',
    ],
  ])('refuses %s for %s and Python %s', (file, target, python, reason) =>
    expect(why(file, target, python)).toBe(reason),
  )
})

describe('platformsOfTag()', () => {
  it('knows only platforms that there are', () => {
    const system = fc.constantFrom('linux', 'manylinux2014', 'manylinux_2_17', 'musllinux_1_2')
    const other = fc.constantFrom('macosx_11_0', 'win', 'ios_13_0', 'any')
    const processor = fc.constantFrom('x86_64', 'aarch64', 'arm64', 'armv7l', 'universal2', 'm68k')
    const tag = fc.tuple(fc.oneof(system, other), processor).map((parts) => parts.join('_'))
    fc.assert(
      fc.property(fc.oneof(tag, fc.string()), (text) => {
        expect(platformsOfTag(text).filter((each) => !isPlatform(each))).toEqual([])
      }),
      { numRuns: propertyRuns(200) },
    )
  })
})
