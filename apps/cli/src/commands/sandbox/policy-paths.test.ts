import fc from 'fast-check'
import { isAbsolute } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPolicyPath } from './policy-paths.ts'

const base = { file: '/srv/policies/jail.yaml', workspace: '/work/site', home: '/home/ada' }

describe('readPolicyPath()', () => {
  it.each([
    ['/srv/data', '/srv/data'],
    ['/', '/'],
    ['/**', '/'],
    ['src', '/srv/policies/src'],
    ['.', '/srv/policies'],
    ['../shared/', '/srv/shared'],
    ['src/**', '/srv/policies/src'],
    ['${workspace}', '/work/site'],
    ['${workspace}/**', '/work/site'],
    ['${workspace}/src/main.ts', '/work/site/src/main.ts'],
    ['${home}/notes', '/home/ada/notes'],
    ['${home}//notes', '/home/ada/notes'],
    // What it leads to is judged by the sandbox, as every path is.
    ['${workspace}/../other', '/work/other'],
    ['/srv/${workspace}', '/srv/${workspace}'],
  ])('reads %s as %s', (written, path) => {
    expect(readPolicyPath(written, base)).toEqual({ ok: true, path })
  })

  it.each([
    ['~/notes', '"~" is no folder here'],
    ['~', '"~" is no folder here'],
    ['${data}/x', 'there is no variable "data"'],
    ['${}/x', 'there is no variable ""'],
    ['${HOME}/x', 'there is no variable "HOME"'],
    ['${home}notes', 'what follows the variable does not begin with "/"'],
    ['a\0b', 'it holds a NUL'],
    ['${home}/a\0b', 'it holds a NUL'],
  ])('refuses %j', (written, problem) => {
    expect(readPolicyPath(written, base)).toEqual({
      ok: false,
      problem,
      hint: expect.any(String),
    })
  })

  it('gives an absolute path or a problem, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (written) => {
        const read = readPolicyPath(written, base)
        expect(read.ok ? isAbsolute(read.path) && !read.path.includes('\0') : true).toBe(true)
      }),
    )
  })
})
