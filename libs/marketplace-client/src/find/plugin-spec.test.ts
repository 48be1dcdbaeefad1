import { isMbError } from '@mb/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseVersion } from './choose-version.ts'
import { parsePluginSpec } from './plugin-spec.ts'

const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 10_000 : 500

describe('parsePluginSpec()', () => {
  it.each([
    ['acme/pdf', { id: 'acme/pdf', name: 'pdf', wanted: { kind: 'latest' } }],
    ['Acme/PDF_Tools', { id: 'acme/pdf-tools', name: 'pdf-tools', wanted: { kind: 'latest' } }],
    ['pdf', { name: 'pdf', wanted: { kind: 'latest' } }],
    ['pdf@1.2.3', { name: 'pdf', wanted: { kind: 'exact', version: '1.2.3' } }],
    ['acme/pdf@latest', { id: 'acme/pdf', name: 'pdf', wanted: { kind: 'latest' } }],
    [
      'acme/pdf@1.0.0-rc.1+b',
      { id: 'acme/pdf', name: 'pdf', wanted: { kind: 'exact', version: '1.0.0-rc.1+b' } },
    ],
    [
      'acme/pdf@>=1 <2',
      { id: 'acme/pdf', name: 'pdf', wanted: { kind: 'range', range: '>=1 <2' } },
    ],
  ])('reads %j', (text, spec) => {
    expect(parsePluginSpec(text)).toEqual(spec)
  })

  it('reads what is written from its parts', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}q$/)
    const part = fc.nat({ max: 1000 })
    fc.assert(
      fc.property(name, name, fc.tuple(part, part, part), (namespace, plugin, parts) => {
        const version = parts.join('.')
        expect(parsePluginSpec(`${namespace}/${plugin}@${version}`)).toEqual({
          id: `${namespace}/${plugin}`,
          name: plugin,
          wanted: { kind: 'exact', version },
        })
        expect(parsePluginSpec(`${namespace}/${plugin}@^${version}`).wanted).toEqual({
          kind: 'range',
          range: `^${version}`,
        })
      }),
      { numRuns },
    )
  })

  it('reads anything else, or says in words of its own what is wrong', () => {
    const piece = fc.oneof(
      fc.constantFrom('@', '/', '..', '.', '-', ' ', '\0', 'acme', 'pdf', '1.0.0', '^', '~', '||'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
        (text) => {
          expect(whatComesOf(text)).toMatch(/^(?:[a-z][a-z0-9-]{0,63}|usage)$/)
        },
      ),
      { numRuns },
    )
  })
})

/** The name that was read; or how it was refused. */
function whatComesOf(text: string): string {
  try {
    return parsePluginSpec(text).name
  } catch (error) {
    return isMbError(error) ? error.outcome : 'a bug'
  }
}

describe('chooseVersion()', () => {
  it('goes by the numbers, whatever the order they are told in', () => {
    const versions = ['1.2.0', '1.10.0', '2.0.0-rc.1', '1.9.9']
    fc.assert(
      fc.property(fc.shuffledSubarray(versions, { minLength: versions.length }), (shuffled) => {
        expect(chooseVersion(shuffled, { kind: 'latest' })).toBe('1.10.0')
        expect(chooseVersion(shuffled, { kind: 'range', range: '<1.10' })).toBe('1.9.9')
        expect(chooseVersion(shuffled, { kind: 'range', range: '^3' })).toBeUndefined()
        expect(chooseVersion(shuffled, { kind: 'exact', version: '1.2.0' })).toBe('1.2.0')
      }),
      { numRuns: 50 },
    )
  })

  it('takes a version before a release where there is no release', () => {
    expect(chooseVersion(['1.0.0-a', '1.0.0-b'], { kind: 'latest' })).toBe('1.0.0-b')
    expect(chooseVersion([], { kind: 'latest' })).toBeUndefined()
  })
})
