import { describe, expect, it } from 'vitest'
import { pluginTypes } from '../plugin-type.ts'
import { checkManifest } from '../reading/check-manifest.ts'
import { parseManifest } from '../reading/parse-manifest.ts'
import { noPermissions } from './permissions.ts'
import { describeTypePermissions, typePermissions } from './type-permissions.ts'

const base = `name: notes
version: 1.0.0
description: Takes notes
author: Acme
license: MIT
entry: dist/index.mjs
`

const naming = (access: string): string => `commands:
  - name: check
    summary: Checks
    arguments: [{ name: file, type: file, access: ${access} }]
`

describe('typePermissions', () => {
  it('gives no type more than what was named, and writing to those alone that make files', () => {
    const can = pluginTypes.filter((type) => typePermissions[type].includes('named.write'))
    expect(can).toEqual(['command', 'formatter', 'generator'])
    expect(new Set(Object.values(typePermissions).flat())).toEqual(
      new Set(['named.read', 'named.write', 'named.host', 'temp.write']),
    )
  })

  it.each(pluginTypes)('adds nothing to what a %s asks for', (type) => {
    expect(parseManifest(`${base}type: ${type}\n`).permissions).toEqual(noPermissions)
  })
})

describe('describeTypePermissions()', () => {
  it.each([
    ['read', ['named.read', 'temp.write']],
    ['write', ['named.write', 'temp.write']],
  ])('shows of what can be named what the commands let a person name: %s', (access, kinds) => {
    const manifest = parseManifest(`${base}${naming(access)}`)
    expect(describeTypePermissions(manifest).map(({ kind, risk }) => [kind, risk])).toEqual(
      kinds.map((kind) => [kind, 'low']),
    )
  })

  it('shows that the hosts of named addresses are reached', () => {
    const commands =
      'commands: [{ name: get, summary: Gets, arguments: [{ name: from, type: url }] }]'
    const shown = describeTypePermissions(parseManifest(`${base}${commands}\n`))
    expect(shown.map(({ kind }) => kind)).toEqual(['named.host', 'temp.write'])
  })

  it('shows of a plugin without commands the temporary files alone', () => {
    expect(describeTypePermissions(parseManifest(base))).toEqual([
      {
        kind: 'temp.write',
        target: '',
        words: 'Write temporary files, which are gone after each run',
        risk: 'low',
      },
    ])
  })
})

describe('checkManifest() of a type that only reads', () => {
  it.each(pluginTypes)('lets a %s write to what is named only if it makes files', (type) => {
    const { ok, findings } = checkManifest(`${base}type: ${type}\n${naming('write')}`)
    expect(ok).toBe(typePermissions[type].includes('named.write'))
    expect(findings).toEqual(
      ok
        ? []
        : [
            {
              severity: 'error',
              code: 'bad-value',
              message: `A plugin of type "${type}" does not write to what the person names`,
              path: 'commands.0.arguments.0.access',
              line: 11,
              column: 51,
              hint: 'Write another type: command, formatter, generator',
            },
          ],
    )
    expect(checkManifest(`${base}type: ${type}\n${naming('read')}`).ok).toBe(true)
  })
})
