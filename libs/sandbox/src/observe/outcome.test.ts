import { describe, expect, it } from 'vitest'
import { isSame, outcomeOf, unsteadyParts } from './outcome.ts'

const exit = { code: 0, signal: null }
const printed = { stdout: 'x', stderr: '' }

describe('isSame()', () => {
  const first = outcomeOf(exit, printed, new Map([['log', 'file 1']]))
  const second = outcomeOf(exit, printed, new Map([['log', 'file 2']]))
  const unsteady = unsteadyParts(first, second)
  const steady = new Map([...first].filter(([name]) => !unsteady.has(name)))

  it('passes over what differs between two runs of the same', () => {
    const third = outcomeOf(exit, printed, new Map([['log', 'file 3']]))
    expect([...unsteady]).toEqual(['file log'])
    expect(isSame(third, steady, unsteady)).toBe(true)
  })

  it.each([
    ['another exit code', outcomeOf({ code: 1, signal: null }, printed, new Map())],
    ['another output', outcomeOf(exit, { stdout: 'y', stderr: '' }, new Map())],
    ['another message', outcomeOf(exit, { stdout: 'x', stderr: 'no' }, new Map())],
    ['one more file', outcomeOf(exit, printed, new Map([['core', 'file 9']]))],
  ])('tells %s', (_, other) => {
    expect(isSame(other, steady, unsteady)).toBe(false)
  })
})
