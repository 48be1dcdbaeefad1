import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPluginId, isPluginName, parsePluginId, parsePluginName, pluginId } from './names.ts'

const invalid = (message: string): unknown =>
  expect.objectContaining({ code: 'MB_NAME_INVALID', outcome: 'usage', message })

describe('parsePluginName()', () => {
  it.each([
    ['notes', 'notes'],
    ['Example_Plugin', 'example-plugin'],
    ['a', 'a'],
    ['a'.repeat(64), 'a'.repeat(64)],
    ['x2', 'x2'],
  ])('reads %s as %s', (text, name) => {
    expect(parsePluginName(text)).toBe(name)
  })

  it.each([
    ['', 'Cannot use plugin name "": it is empty'],
    ['a'.repeat(65), `Cannot use plugin name "${'a'.repeat(65)}": it has 65 characters`],
    ['CON', 'Cannot use plugin name "CON": Windows reserves it'],
  ])('refuses %j', (text, message) => {
    expect(() => parsePluginName(text)).toThrow(invalid(message))
  })

  it.each(['2x', '-x', '_x', 'a b', 'a/b', '../x', 'ä', 'a.b', 'a\n', 'a\0', 'К'])(
    'refuses %j',
    (text) => {
      expect(() => parsePluginName(text)).toThrow(
        expect.objectContaining({ code: 'MB_NAME_INVALID' }),
      )
    },
  )

  it('gives what it takes for names, or throws, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (text) => {
        expect(isPluginName(text)).toBe(/^[a-z][a-z0-9-]*$/.test(text) && text.length <= 64)
      }),
    )
  })
})

describe('parsePluginId()', () => {
  it('reads namespace and name', () => {
    expect(parsePluginId('Acme/Release_Notes')).toEqual({
      id: 'acme/release-notes',
      namespace: 'acme',
      name: 'release-notes',
    })
    expect(pluginId('acme', 'pdf')).toBe('acme/pdf')
    expect(isPluginId('acme/pdf')).toBe(true)
  })

  it.each(['pdf', 'a/b/c', '/pdf', 'acme/', '../pdf', 'acme/..'])('refuses %j', (text) => {
    expect(() => parsePluginId(text)).toThrow(expect.objectContaining({ code: 'MB_NAME_INVALID' }))
    expect(isPluginId(text)).toBe(false)
  })
})
