import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { errorCode, isMbError, MbError } from './errors.ts'

const kind = { category: 'resource', outcome: 'network', summary: 'for tests' } as const

describe('MbError', () => {
  it('carries code, category, outcome, hint, cause and details', () => {
    const cause = new Error('below')
    const error = new MbError('MB_TEST', 'Cannot test: reasons', kind, {
      hint: 'Try again',
      cause,
      details: { port: 1 },
    })
    expect(facts(error)).toEqual({
      code: 'MB_TEST',
      category: 'resource',
      outcome: 'network',
      hint: 'Try again',
      details: { port: 1 },
      message: 'Cannot test: reasons',
      name: 'MbError',
      cause,
    })
  })

  it('counts as a failure when the kind names no outcome', () => {
    const error = new MbError('MB_TEST', 'Cannot test', {
      category: 'loading',
      summary: 'for tests',
    })
    expect(error.outcome).toBe('failure')
  })

  it('redacts credentials in message and hint', () => {
    const error = new MbError('MB_TEST', 'Cannot fetch https://me:hunter22@host/x', kind, {
      hint: 'Check token=abcdef123456',
    })
    expect([error.message, error.hint]).toEqual([
      'Cannot fetch https://***@host/x',
      'Check token=***',
    ])
  })

  it('has the name of its class', () => {
    class DiskError extends MbError<'MB_DISK'> {}
    expect(String(new DiskError('MB_DISK', 'Cannot write: disk full', kind))).toBe(
      'DiskError: Cannot write: disk full',
    )
  })
})

describe('isMbError()', () => {
  it('recognises errors of another realm and another copy of the package', async () => {
    const address = './errors.ts?copy'
    const copy: typeof import('./errors.ts') = await import(address)
    const foreign = new copy.MbError('MB_TEST', 'Cannot test', kind)
    const realm: unknown = runInNewContext(
      `Object.defineProperty(new Error('x'), Symbol.for('@mb/kernel/MbError'), { value: true })`,
    )
    expect([foreign instanceof MbError, isMbError(foreign), isMbError(realm)]).toEqual([
      false,
      true,
      true,
    ])
  })

  it.each([[undefined], [null], ['MB_TEST'], [new Error('x')], [{ code: 'MB_TEST' }]])(
    'refuses %j',
    (value) => {
      expect(isMbError(value)).toBe(false)
    },
  )
})

describe('errorCode()', () => {
  it('reads string codes only', () => {
    const coded = Object.assign(new Error('x'), { code: 'ENOENT' })
    expect([
      errorCode(coded),
      errorCode({ code: 1 }),
      errorCode(null),
      errorCode('ENOENT'),
    ]).toEqual(['ENOENT', undefined, undefined, undefined])
  })
})

function facts(error: MbError): Record<string, unknown> {
  const { code, category, outcome, hint, details, message, name, cause } = error
  return { code, category, outcome, hint, details, message, name, cause }
}
