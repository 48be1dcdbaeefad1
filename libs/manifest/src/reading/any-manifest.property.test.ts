import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyWords } from '../key-words.ts'
import { checkManifest } from './check-manifest.ts'

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 10_000 : 1000

const olderKeys = [
  'entry_point',
  'module_path',
  'plugin_type',
  'language',
  'source_url',
  'min_core_version',
  'max_core_version',
  'min_milkbottle_version',
  'supported_platforms',
  'python_requirements',
  'optional_dependencies',
  'provides_commands',
  'provides_hooks',
  'cli',
  'configuration',
  'security',
  'main_class',
  'testing',
]
const innerKeys = ['commands', 'schema', 'type', 'properties', 'required', 'permissions', 'sandbox']

const word = fc.oneof(
  fc.constantFrom(...olderKeys, ...innerKeys, ...Object.keys(keyWords), 'object', 'temp_write'),
  fc.string({ maxLength: 8 }),
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
}))
const manifest = fc.dictionary(fc.constantFrom(...Object.keys(keyWords), ...olderKeys), value, {
  maxKeys: 12,
})

const good = {
  name: 'notes',
  version: '1.0.0',
  description: 'a',
  author: 'a',
  license: 'MIT',
  entry: 'a.mjs',
}

describe('checkManifest() of any values under any keys', () => {
  it('reads it, or says what is wrong with it and where', () => {
    const seen = { read: 0, refused: 0 }
    fc.assert(
      fc.property(manifest, fc.boolean(), (parts, isMostlyGood) => {
        const text = JSON.stringify(isMostlyGood ? { ...parts, ...good } : parts, undefined, 1)
        const checked = checkManifest(text, { format: 'json' })
        seen[checked.ok ? 'read' : 'refused'] += 1
        const errors = checked.findings.filter(({ severity }) => severity === 'error')
        expect(errors.length > 0).toBe(!checked.ok)
        for (const { line, column, message } of checked.findings) {
          expect(message).toMatch(/./)
          expect(text.split('\n')[(line ?? 0) - 1]?.length).toBeGreaterThanOrEqual(
            (column ?? 0) - 1,
          )
        }
        const again = checked.ok
          ? checkManifest(JSON.stringify(checked.manifest), { format: 'json' })
          : undefined
        expect(again?.ok === true ? again.manifest : undefined).toEqual(
          checked.ok ? checked.manifest : undefined,
        )
      }),
      { numRuns: runs },
    )
    expect(Object.values(seen).every((count) => count > 0)).toBe(true)
  }, 600_000)
})
