import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GuardedNames } from './guarded-names.ts'
import { holdPlace, releasePlace } from './placeholder.ts'

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'mb-guarded-')))
})
afterEach(() => rmSync(root, { recursive: true }))

describe('GuardedNames', () => {
  it('moves aside what took an absent name', () => {
    using names = new GuardedNames([{ path: join(root, '.git'), target: undefined }])
    mkdirSync(join(root, '.git/hooks'), { recursive: true })
    expect(names.putBack()).toEqual([join(root, '.git')])
    expect(readdirSync(root)).toEqual(['.git.refused-1'])
  })

  it('leaves what another jail holds a name free with', () => {
    using names = new GuardedNames([{ path: join(root, '.git'), target: undefined }])
    const held = holdPlace(join(root, '.git'))
    expect(names.putBack()).toEqual([])
    expect(existsSync(held.token)).toBe(true)
    releasePlace(held)
    expect(readdirSync(root)).toEqual([])
  })

  it('takes away what a host held that was killed', () => {
    using names = new GuardedNames([{ path: join(root, '.git'), target: undefined }])
    const { token } = holdPlace(join(root, '.git'))
    mkdirSync(join(root, '.git', token.replace(/.*\/(\.mb-held-)\d+-\d+/, '$1999999999-1')))
    rmSync(token, { recursive: true })
    expect(names.putBack()).toEqual([])
    expect(readdirSync(root)).toEqual([])
  })
})
