import { MbError } from '@mb/kernel'
import { describe, expect, it } from 'vitest'
import { withEnrolHint } from './enrol-hint.ts'

const enrolment = { namespace: 'acme', repository: 'home', key: 'release' }
const hint = 'Enrol it with `mb marketplace keys enrol acme --key release --repository home`'

function refusal(details: Readonly<Record<string, unknown>>): MbError {
  const kind = { category: 'operation', outcome: 'refused', summary: '' } as const
  return new MbError('MB_MARKETPLACE_REJECTED', 'Cannot publish: it was rejected', kind, {
    hint: 'Put right what it says',
    details,
  })
}

function thrown(error: Error): Promise<unknown> {
  const work = async (): Promise<never> => {
    throw error
  }
  return withEnrolHint(enrolment, work).catch((cause: unknown) => cause)
}

describe('withEnrolHint()', () => {
  it('gives what comes of it', async () => {
    expect(await withEnrolHint(enrolment, async () => 7)).toBe(7)
  })

  it.each([
    { problem: 'key-not-enrolled' },
    { reasons: [{ code: 'other' }, { code: 'key-not-enrolled' }] },
  ])('says how to enrol a key where %j', async (details) => {
    expect(await thrown(refusal(details))).toMatchObject({
      code: 'MB_MARKETPLACE_REJECTED',
      outcome: 'refused',
      hint,
      details,
    })
  })

  it('leaves every other error', async () => {
    for (const error of [
      refusal({ reasons: [{ code: 'MB_DIGEST_MISMATCH' }, null] }),
      refusal({}),
      new Error('other'),
    ])
      expect(await thrown(error)).toBe(error)
  })
})
