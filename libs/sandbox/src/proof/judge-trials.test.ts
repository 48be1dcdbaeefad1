import { describe, expect, it } from 'vitest'
import { judgeTrials, nameError } from './judge-trials.ts'

const trial = (words: string, expected: readonly number[] = [13]) => ({
  words,
  item: 'filesystem' as const,
  expected,
})

describe('judgeTrials()', () => {
  it('takes an item for proved when each of its trials failed as it has to', () => {
    const tried = new Map([
      ['read', 13],
      ['write', 13],
    ])
    expect(judgeTrials('filesystem', { trials: [trial('read'), trial('write')], tried })).toEqual({
      proved: true,
      evidence: 'read: EACCES, write: EACCES',
    })
  })

  it.each([
    ['one worked', new Map([['read', 0]]), 'read: success'],
    ['one failed otherwise', new Map([['read', 2]]), 'read: ENOENT'],
    ['one was not made', new Map<string, number>(), 'read: no answer'],
  ])('takes it for unproved when %s', (_, tried, evidence) => {
    expect(judgeTrials('filesystem', { trials: [trial('read')], tried })).toEqual({
      proved: false,
      evidence,
    })
  })

  it('takes an item without trials for unproved', () => {
    expect(judgeTrials('network', { trials: [trial('read')], tried: new Map() }).proved).toBe(false)
  })
})

describe('nameError()', () => {
  it('names what it knows', () => {
    expect([undefined, 0, 1, 99_999].map(nameError)).toEqual([
      'no answer',
      'success',
      'EPERM',
      'error 99999',
    ])
  })
})
