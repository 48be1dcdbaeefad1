import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, sha256 } from './hash.ts'

describe('sha256()', () => {
  it('matches the vector of FIPS 180-4', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('canonicalJson()', () => {
  it('sorts keys, leaves out undefined and white space', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined, ä: true })).toBe(
      '{"b":[1,{"c":"x","d":null}],"ä":true}',
    )
  })

  it('means the same as JSON and does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed())
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(turned)).toBe(canonicalJson(value))
      }),
    )
  })

  it.each([[Number.NaN], [Infinity], [1n], [() => {}], [Symbol('x')]])('refuses %s', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError)
  })
})
