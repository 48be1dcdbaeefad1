import { readFile } from 'node:fs/promises'
import { MbError } from '@mb/kernel'
import { describe, expect, it } from 'vitest'
import { CliError } from './cli-error.ts'
import { Output } from './output/output.ts'
import { errorValue, renderError, reportable } from './report-error.ts'

const quiet = new AbortController().signal

function shown(error: MbError, isDebug = false): string {
  const written: string[] = []
  renderError(error, new Output({ write: (line) => written.push(line) }, false), isDebug)
  return written.join('')
}

describe('reportable()', () => {
  it('leaves errors that have a code', () => {
    const error = new CliError('MB_CLI_USAGE', 'Cannot x: y')
    expect(reportable(error, quiet)).toBe(error)
  })

  it('takes what nobody thought of for a bug, and says what to report', () => {
    expect(reportable(new TypeError('x is undefined'), quiet)).toMatchObject({
      code: 'MB_BUG',
      outcome: 'bug',
      message: 'Cannot go on: x is undefined',
      hint: expect.stringMatching(/^This is a bug in mb \d+\.\d+\.\d+: report it/),
    })
    expect(reportable('thrown text', quiet)).toMatchObject({ message: 'Cannot go on: thrown text' })
  })

  it('tells the system from a bug', async () => {
    const error: unknown = await readFile('/nowhere/at/all').catch((cause: unknown) => cause)
    expect(reportable(error, quiet)).toMatchObject({
      code: 'MB_CLI_SYSTEM',
      outcome: 'failure',
      hint: 'Check the path',
    })
  })

  it('reports the interruption, not what it broke', () => {
    const reason = new CliError('MB_CLI_INTERRUPTED', 'Cannot go on: SIGINT was received')
    const aborted = new DOMException('This operation was aborted', 'AbortError')
    expect(reportable(aborted, AbortSignal.abort(reason))).toBe(reason)
    expect(reportable(aborted, quiet)).toMatchObject({ code: 'MB_BUG' })
  })
})

describe('reportable() of what could not be cleaned up after', () => {
  const unclean = new Error('EACCES: permission denied, rmdir')

  it('tells what went wrong first', () => {
    const error = new CliError('MB_CLI_USAGE', 'Cannot x: y')
    expect(reportable(new SuppressedError(unclean, error), quiet)).toBe(error)
  })

  it('stays an interruption', () => {
    const reason = new CliError('MB_CLI_INTERRUPTED', 'Cannot go on: SIGINT was received')
    const aborted = new DOMException('This operation was aborted', 'AbortError')
    const both = new SuppressedError(unclean, aborted)
    expect(reportable(both, AbortSignal.abort(reason))).toBe(reason)
  })
})

describe('errorValue()', () => {
  it('is what --json promises', () => {
    expect(errorValue(new CliError('MB_CLI_USAGE', 'Cannot x: y', { hint: 'Do z' }), 2)).toEqual({
      ok: false,
      error: { code: 'MB_CLI_USAGE', message: 'Cannot x: y', hint: 'Do z', exitCode: 2 },
    })
  })
})

describe('renderError()', () => {
  it('shows findings with their place', () => {
    const findings = [
      { message: 'version is missing', line: 2, column: 1, hint: 'Add version: 1.0.0' },
      { message: 'name is no name' },
      null,
    ]
    const error = new CliError('MB_CLI_USAGE', 'Cannot read it: 2 findings', {
      hint: 'Put them right',
      details: { findings },
    })
    expect(shown(error)).toBe(
      [
        'error Cannot read it: 2 findings (MB_CLI_USAGE)',
        '  2:1 version is missing: add version: 1.0.0',
        '  name is no name',
        '  ',
        'hint  Put them right',
        '',
      ].join('\n'),
    )
  })

  it('shows the reasons of a marketplace with file and line, a single one too', () => {
    const reason = {
      code: 'MB4101',
      message: 'Opens a connection\u001b[2J',
      file: 'dist/index.mjs',
      line: 2,
      column: 7,
      help: 'Declare permissions.net',
    }
    const error = new CliError('MB_CLI_USAGE', 'Cannot publish "notes": it was rejected', {
      details: { reasons: [reason] },
    })
    expect(shown(error)).toBe(
      [
        'error Cannot publish "notes": it was rejected (MB_CLI_USAGE)',
        '  dist/index.mjs:2:7 Opens a connection [2J: declare permissions.net',
        '',
      ].join('\n'),
    )
  })

  it('does not repeat a single finding that the message tells', () => {
    const error = new CliError('MB_CLI_USAGE', 'Cannot read it: version is missing', {
      details: { findings: [{ message: 'Version is missing' }] },
    })
    expect(shown(error).split('\n')).toHaveLength(2)
  })

  it('shows at most twenty of them', () => {
    const findings = Array.from({ length: 1000 }, () => ({ message: 'wrong' }))
    const error = new CliError('MB_CLI_USAGE', 'Cannot x: y', { details: { findings } })
    expect(shown(error).split('\n').at(-2)).toBe('  and 980 more')
  })

  it('shows causes with --debug alone', () => {
    const error = new CliError('MB_CLI_USAGE', 'Cannot x: y', { cause: new Error('the cause') })
    expect(shown(error)).not.toContain('the cause')
    expect(shown(error, true)).toContain('caused by Error: the cause')
  })
})
