import { isPluginName } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SdkError } from '../sdk-error.ts'
import { newPluginName } from './plugin-name.ts'

function refusal(run: () => unknown): Pick<SdkError, 'code' | 'message' | 'hint'> {
  try {
    run()
  } catch (error) {
    if (error instanceof SdkError)
      return { code: error.code, message: error.message, hint: error.hint }
    throw error
  }
  throw new Error('It was not refused')
}

const example =
  'Start with a letter, then use letters a to z, digits and "-", as in "release-notes"'

describe('newPluginName()', () => {
  it('takes what was given, or the name of the folder', () => {
    expect([newPluginName('notes', '/x/y'), newPluginName(undefined, '/x/release-notes')]).toEqual([
      'notes',
      'release-notes',
    ])
  })

  it.each([
    ['my notes', 'a name has no spaces', 'Name it "my-notes"'],
    ['Notes', 'a name has no capitals', 'Name it "notes"'],
    ['2do', 'a name starts with a letter', 'Name it "do"'],
    ['naïve', 'a name has letters a to z, digits and "-" only', 'Name it "naive"'],
    ['../evil', 'a name starts with a letter', 'Name it "evil"'],
    ['a--b', 'a name has single "-", between letters and digits', 'Name it "a-b"'],
    ['notes-', 'a name has single "-", between letters and digits', 'Name it "notes"'],
    ['con', 'the name is reserved by an operating system', example],
    ['', 'the name is empty', example],
    ['x'.repeat(65), 'the name has 65 characters, and may have 64', `Name it "${'x'.repeat(64)}"`],
    [
      'vitest',
      'it is the name of a package that the plugin is built with',
      'Name it "vitest-plugin", or something that says what it does',
    ],
  ])('refuses %j and says why', (name, state, hint) => {
    expect(refusal(() => newPluginName(name, '/x'))).toEqual({
      code: 'MB_SDK_NAME_INVALID',
      message: `Cannot name a plugin ${JSON.stringify(name)}: ${state}`,
      hint,
    })
  })

  it('refuses a name that the host has taken', () => {
    expect(refusal(() => newPluginName('plugin', '/x', ['plugin', 'sdk']))).toEqual({
      code: 'MB_SDK_NAME_INVALID',
      message: 'Cannot name a plugin "plugin": it is the name of a command of the host',
      hint: 'Name it "plugin-plugin", or something that says what it does',
    })
  })

  it('proposes only names that it would take itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        if (isPluginName(text) && !/--|-$/.test(text)) return true
        const proposed = /^Name it "(.*)"$/.exec(
          refusal(() => newPluginName(text, '/x')).hint ?? '',
        )
        return proposed === null || isPluginName(proposed[1] ?? '')
      }),
    )
  })
})
