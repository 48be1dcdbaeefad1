import { createHash } from 'node:crypto'
import type { DigestFile } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../fixtures/property-runs.ts'
import { whyNotRecorded } from './wheel-record.ts'

const info = 'mood-1.0.dist-info'
const name = fc.stringMatching(/^[a-z "',.-]{1,12}$/)
const contents = fc.dictionary(name, fc.string(), { minKeys: 1, maxKeys: 8 })

function fileOf(path: string, text: string): DigestFile {
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { path, size: Buffer.byteLength(text), mode: '644', sha256 }
}

/** As builders write it: a name with a comma or a quote stands in quotes. */
function lineOf({ path, sha256, size }: DigestFile): string {
  const shown = /[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path
  return `${shown},sha256=${Buffer.from(sha256, 'hex').toString('base64url')},${size}\n`
}

describe('whyNotRecorded()', () => {
  it('finds every file that is listed as it is, whatever its name', () => {
    fc.assert(
      fc.property(contents, (texts) => {
        const files = Object.entries(texts).map(([path, text]) => fileOf(path, text))
        const record = `${files.map(lineOf).join('')}${info}/RECORD,,\n`
        const own = fileOf(`${info}/RECORD`, record)
        expect(whyNotRecorded(record, [...files, own], info)).toBeUndefined()
      }),
      { numRuns: propertyRuns(100) },
    )
  })

  it('misses any change of one of them', () => {
    fc.assert(
      fc.property(contents, fc.nat(), fc.string({ minLength: 1 }), (texts, at, more) => {
        const files = Object.entries(texts).map(([path, text]) => fileOf(path, text))
        const record = `${files.map(lineOf).join('')}${info}/RECORD,,\n`
        const index = at % files.length
        const [path = '', text = ''] = Object.entries(texts)[index] ?? []
        const changed = files.with(index, fileOf(path, text + more))
        const own = fileOf(`${info}/RECORD`, record)
        expect(whyNotRecorded(record, [...changed, own], info)).toBe(
          `holds "${path}" with another content than its RECORD lists`,
        )
        expect(whyNotRecorded(record, [...files.toSpliced(index, 1), own], info)).toBe(
          `lists "${path}", and does not hold it`,
        )
        expect(whyNotRecorded(record, [...files, own, fileOf('ZZ', '')], info)).toBe(
          'holds "ZZ", which its RECORD does not list',
        )
      }),
      { numRuns: propertyRuns(100) },
    )
  })

  it.each([
    ['a,b', 'has a RECORD that cannot be read'],
    ['a\u0000b', 'has a RECORD that cannot be read'],
    ['"a,sha256=x,1', 'has a RECORD that cannot be read'],
    ['a,sha256=x,1\na,sha256=y,1', 'lists "a" twice'],
    ['../a,sha256=x,1', 'lists "../a", and does not hold it'],
  ])('refuses %j', (record, reason) => expect(whyNotRecorded(record, [], info)).toBe(reason))

  it('ends with any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (text) => {
        expect(['string', 'undefined']).toContain(typeof whyNotRecorded(text, [], info))
      }),
      { numRuns: propertyRuns(200) },
    )
  })
})
