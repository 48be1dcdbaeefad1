import { describe, expect, it } from 'vitest'
import { isColoured } from './is-coloured.ts'

describe('isColoured()', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
  ])('in a terminal: %s, with %j: %s', (isTerminal, env, expected) => {
    expect(isColoured(() => isTerminal, env)).toBe(expected)
  })
})
