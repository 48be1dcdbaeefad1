import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { tellGone } from './gone-meanwhile.ts'

function failureOf(read: () => unknown): unknown {
  try {
    read()
  } catch (error) {
    return error
  }
  return undefined
}

describe('tellGone()', () => {
  it('tells of a process that is gone, and keeps what the kernel said', () => {
    const cause = failureOf(() => readFileSync('/proc/4194305/stat'))
    expect(cause).toMatchObject({ code: 'ENOENT' })
    expect(tellGone(cause)).toMatchObject({
      code: 'MB_SANDBOX_FAILED',
      message: 'Cannot start a sandbox: it ended before its program began',
      cause,
    })
  })

  it('leaves other errors alone', () => {
    for (const error of [failureOf(() => readFileSync('/no/such/file')), new Error('other'), 1])
      expect(tellGone(error)).toBe(error)
  })
})
