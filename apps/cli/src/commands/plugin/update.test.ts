import { describe, expect, it } from 'vitest'
import { exitCode } from './update.ts'

describe('exitCode()', () => {
  it.each([
    ['current', 0, 0],
    ['updated', 0, 0],
    ['available', 0, 0],
    ['held', 3, 0],
    ['unmanaged', 3, 0],
    ['failed', 1, 1],
  ] as const)(
    'of a plugin that is %s is %i when it was named, and else %i',
    (status, named, all) => {
      const updates = [{ id: 'local/notes', from: '1.0.0', status, held: [] }]
      expect([exitCode({ updates, isNamed: true }), exitCode({ updates, isNamed: false })]).toEqual(
        [named, all],
      )
    },
  )
})
