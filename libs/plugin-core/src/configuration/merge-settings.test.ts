import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeSettings } from './merge-settings.ts'
import type { SettingLayer } from './setting-layer.ts'

const key = fc.constantFrom('limits.memoryMb', 'limits.cpuSeconds', 'logging.level')
const values = fc.array(
  fc.record({ key, value: fc.integer({ min: 1, max: 4000 }), source: fc.string() }),
  { maxLength: 4 },
)
const person = values.map((each): SettingLayer => ({ kind: 'person', values: each }))
const project = values.map((each): SettingLayer => ({ kind: 'project', values: each }))

function isAllowed(layers: readonly SettingLayer[]): boolean {
  try {
    mergeSettings(layers)
    return true
  } catch {
    return false
  }
}

describe('mergeSettings()', () => {
  it('the last layer that sets a value wins, and nothing else shows', () => {
    fc.assert(
      fc.property(fc.array(person, { maxLength: 6 }), (layers) => {
        const all = layers.flatMap((layer) => layer.values)
        const expected = new Map(all.map((value) => [value.key, value]))
        expect(mergeSettings(layers)).toEqual(expected)
      }),
    )
  })

  it('a project’s limits are never above what was there before it', () => {
    fc.assert(
      fc.property(fc.array(person, { maxLength: 3 }), project, (below, layer) => {
        const before = mergeSettings(below)
        const isLooser = layer.values.some(({ key: name, value }) => {
          const ceiling = name === 'limits.memoryMb' ? 2048 : 600
          return (
            name !== 'logging.level' && Number(value) > Number(before.get(name)?.value ?? ceiling)
          )
        })
        expect(isAllowed([...below, layer])).toBe(!isLooser)
      }),
    )
  })
})
