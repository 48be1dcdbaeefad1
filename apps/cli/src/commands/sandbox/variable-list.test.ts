import { describe, expect, it } from 'vitest'
import { readVariables } from './variable-list.ts'

describe('readVariables()', () => {
  it('reads names, and values that hold anything', () => {
    expect(readVariables(['CI', 'A=', '_b=x=y', 'CI=1'], '--env')).toEqual(
      new Map([
        ['CI', '1'],
        ['A', ''],
        ['_b', 'x=y'],
      ]),
    )
  })

  it.each(['', '=x', '1A=x', 'A B=x', 'A-B', '__proto__ =x'])('refuses the name in %j', (text) => {
    expect(() => readVariables([text], '--env')).toThrow(
      / with --env: it is no name of a variable$/,
    )
  })

  it('never repeats a value, which may be a secret', () => {
    expect(() => readVariables(['MY TOKEN=hunter2'], '--env')).toThrow(
      'Cannot pass "MY TOKEN" with --env: it is no name of a variable',
    )
  })
})
