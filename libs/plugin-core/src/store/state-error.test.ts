import { isMbError } from '@mb/kernel'
import { describe, expect, it } from 'vitest'
import { homeLayout } from './home-layout.ts'
import { stateError } from './state-error.ts'

function told(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const error = stateError(homeLayout('/home'), Object.assign(new Error('from below'), facts))
  if (!isMbError(error)) throw new TypeError('Cannot tell what this is', { cause: error })
  const { code, message, hint } = error
  return { code, message, hint }
}

describe('stateError()', () => {
  it.each([
    // SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_SHMSIZE
    [13, 'MB_HOME_UNUSABLE', 'the disk is full'],
    [778, 'MB_HOME_UNUSABLE', 'the disk is full or does not answer'],
    [4874, 'MB_HOME_UNUSABLE', 'the disk is full or does not answer'],
  ])('tells that there is no room: %i', (errcode, code, state) => {
    expect(told({ code: 'ERR_SQLITE_ERROR', errcode })).toEqual({
      code,
      message: `Cannot use "/home/state.db": ${state}`,
      hint: 'Free some space, and try again',
    })
  })

  it('says what to do next, whatever it is', () => {
    for (const facts of [
      { errcode: 1 },
      { errcode: 11 },
      { errcode: 14 },
      { errcode: 99 },
      { code: 'EROFS' },
    ])
      expect(told(facts)['hint']).toEqual(expect.any(String))
  })
})
