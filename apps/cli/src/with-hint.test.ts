import { MbError, type ErrorOutcome } from '@mb/kernel'
import { describe, expect, it } from 'vitest'
import { commands } from './commands/index.ts'
import { withHint } from './with-hint.ts'

const command = commands.find(({ path }) => path.join(' ') === 'plugin run')
const error = (outcome: ErrorOutcome, code = 'MB_X', hint?: string): MbError =>
  new MbError(
    code,
    'Cannot x: y',
    { category: 'operation', outcome, summary: '' },
    { hint, details: { a: 1 } },
  )

function hintOf(code: string, hint?: string): string | undefined {
  return withHint(error('refused', code, hint), command).hint
}

describe('withHint()', () => {
  it('leaves the hint of whoever knew one', () => {
    const known = error('usage', 'MB_X', 'Do z')
    expect(withHint(known, command)).toBe(known)
  })

  it('leads to the help where the line was wrong, and keeps everything else', () => {
    const wrong = error('usage')
    expect(withHint(wrong, command)).toMatchObject({
      code: 'MB_X',
      message: 'Cannot x: y',
      outcome: 'usage',
      category: 'operation',
      hint: '`mb plugin run --help` explains the command',
      details: { a: 1 },
      cause: wrong,
    })
  })

  it('says what a jail holds to whoever missed a program in it', () => {
    expect(withHint(error('not-found', 'MB_SANDBOX_COMMAND_MISSING'), command).hint).toMatch(
      /^Inside are the programs of the system alone/,
    )
  })

  it('names what is typed here about the errors of libraries', () => {
    expect(hintOf('MB_MARKETPLACE_KEY_CHANGED', 'Ask, and only then accept it')).toBe(
      'Ask, and only then accept it with --accept-key',
    )
    expect(hintOf('MB_MARKETPLACE_UNAUTHORIZED', 'Log in')).toContain('mb marketplace login')
    expect(hintOf('MB_MARKETPLACE_TOKEN_EXPIRED')).toContain('mb marketplace login')
    expect(hintOf('MB_SANDBOX_COMMAND_MISSING', 'Name it')).toBe('Name it')
  })

  it('invents none', () => {
    for (const outcome of ['failure', 'refused', 'not-found', 'network', 'bug'] as const)
      expect(withHint(error(outcome), command).hint).toBeUndefined()
    expect(withHint(error('usage'), undefined).hint).toBeUndefined()
  })
})
