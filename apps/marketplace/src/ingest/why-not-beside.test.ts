import { describe, expect, it } from 'vitest'
import { wireLimits } from '@mb/marketplace-protocol'
import type { Artefact } from '../store/store.ts'
import { whyNotBeside } from './why-not-beside.ts'

function artefact(...platforms: readonly string[]): Artefact {
  return { platforms, sha256: platforms.join(), likeness: 'same' }
}

describe('whyNotBeside()', () => {
  it.each([
    [artefact(), []],
    [artefact('linux-x64'), []],
    [artefact('linux-x64'), [artefact()]],
    [artefact('linux-x64'), [artefact(), artefact('linux'), artefact('darwin')]],
  ])('lets %j come to %j', (one, others) => expect(whyNotBeside(one, others)).toBeUndefined())

  it.each([
    [artefact(), [artefact()], 'with other content, and a version never changes'],
    [
      artefact(),
      [artefact('linux')],
      'for some platforms, and the package for all has to come first',
    ],
    [
      artefact('darwin', 'linux'),
      [artefact(), artefact('linux')],
      'for linux with other content, and a version never changes',
    ],
    [
      { ...artefact('linux'), likeness: 'other' },
      [artefact()],
      'with a manifest that says something else beside its platforms',
    ],
    // What was published before there were artefacts, nobody can compare with.
    [
      artefact('linux'),
      [{ platforms: [], sha256: '' }],
      'with a manifest that says something else beside its platforms',
    ],
    [
      artefact('win32'),
      Array.from({ length: wireLimits.artefacts }, (_, index) => artefact(`linux-${index}`)),
      'for 32 sets of platforms already',
    ],
  ])('refuses %j beside %j', (one, others, reason) =>
    expect(whyNotBeside(one, others)).toBe(reason),
  )
})
