import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shellWord } from './shell-word.ts'

describe('shellWord()', () => {
  it('leaves what a shell takes as it stands', () => {
    expect(shellWord('./plugins/notes-1.0.0.tar.gz')).toBe('./plugins/notes-1.0.0.tar.gz')
    expect(shellWord('./a;rm -rf b')).toBe("'./a;rm -rf b'")
  })

  it('is the same text to a shell, whatever it is', () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .filter((each) => !each.includes('\0'))
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        const line = `printf '%s\\0' ${texts.map(shellWord).join(' ')}`
        const { stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
        expect(stdout.split('\0').slice(0, -1)).toEqual(texts)
      }),
      { numRuns: 50 },
    )
  })
})
