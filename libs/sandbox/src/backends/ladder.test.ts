import { describe, expect, it } from 'vitest'
import { SandboxError } from '../sandbox-error.ts'
import { explainLadder } from './explain-ladder.ts'
import { ladderOf } from './ladder.ts'

describe('ladderOf()', () => {
  it.each([
    ['linux', ['bubblewrap', 'namespaces', 'container', 'landlock']],
    ['darwin', ['seatbelt', 'container']],
    ['win32', ['container']],
    ['freebsd', []],
  ] as const)('has for %s the strongest first, and never none', (platform, expected) => {
    expect(ladderOf(platform)).toEqual(expected)
  })
})

describe('explainLadder()', () => {
  it('tells what the one lacks that needs the least, and what would do with less', () => {
    const error = explainLadder(
      [
        { backend: 'bubblewrap', error: failure('no bubblewrap', 'Install it') },
        { backend: 'namespaces', error: failure('no namespaces', 'Allow them') },
        { backend: 'container', error: failure('no engine', 'Install podman') },
      ],
      'landlock',
    )
    expect(error).toMatchObject({
      code: 'MB_SANDBOX_BACKEND_MISSING',
      outcome: 'refused',
      message: 'no namespaces',
      hint: 'Allow them\nOr accept less: with isolation.minimum: [restricted] backend landlock works here',
      details: {
        tried: [
          { backend: 'bubblewrap', message: 'no bubblewrap', hint: 'Install it' },
          { backend: 'namespaces', message: 'no namespaces', hint: 'Allow them' },
          { backend: 'container', message: 'no engine', hint: 'Install podman' },
        ],
      },
    })
  })

  it('tells of containers where they are all there is, and of none where there is nothing', () => {
    const error = failure('no engine', 'Use WSL')
    expect(explainLadder([{ backend: 'container', error }], undefined)).toMatchObject({
      message: 'no engine',
      hint: 'Use WSL',
    })
    expect(explainLadder([], undefined)).toMatchObject({ code: 'MB_SANDBOX_PLATFORM' })
  })

  it('refuses where only something weaker works', () => {
    expect(explainLadder([], 'landlock')).toMatchObject({
      code: 'MB_SANDBOX_BELOW_MINIMUM',
      outcome: 'refused',
      hint: expect.stringContaining('isolation.minimum: [restricted]'),
    })
  })
})

function failure(message: string, hint?: string): SandboxError {
  return new SandboxError('MB_SANDBOX_BACKEND_MISSING', message, { hint })
}
