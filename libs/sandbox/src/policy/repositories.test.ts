import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findRepositories, namedRepository } from './repositories.ts'

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'mb-repositories-')))
})
afterEach(() => rmSync(root, { recursive: true }))

const make = (...paths: readonly string[]): void => {
  for (const path of paths) mkdirSync(join(root, path), { recursive: true })
}

describe('findRepositories()', () => {
  it('finds repositories of each form, near ones first, and does not look into packages', () => {
    make('.git', 'a/b/.git', 'c/.GIT', 'node_modules/x/.git', 'bare/objects', 'bare/refs')
    writeFileSync(join(root, 'bare/HEAD'), 'ref: refs/heads/main\n')
    make('linked')
    writeFileSync(join(root, 'linked/.git'), 'gitdir: ../bare\n')
    symlinkSync('/', join(root, 'everything'))
    expect(findRepositories(root)).toEqual(
      ['.git', 'bare', 'c/.GIT', 'linked/.git', 'a/b/.git'].map((path) => join(root, path)),
    )
  })

  it('stays within its bounds', () => {
    make('1/2/3/4/.git', '1/2/3/4/5/.git')
    for (let number = 0; number < 600; number += 1)
      make(`many/${String(number).padStart(3, '0')}/.git`)
    const found = findRepositories(root)
    expect(found).toContain(join(root, 'many/000/.git'))
    expect(found.length).toBeLessThan(400)
    expect(found).not.toContain(join(root, '1/2/3/4/5/.git'))
  })
})

describe('namedRepository()', () => {
  it.each([
    ['gitdir: real\n', true],
    ['gitdir: ./real/../real  \n', true],
    ['gitdir: missing\n', false],
    ['something: real\n', false],
    [`${'x'.repeat(8192)}\ngitdir: real\n`, false],
  ])('reads %j', (text, isFound) => {
    make('real')
    writeFileSync(join(root, '.git'), text)
    expect(namedRepository(join(root, '.git'))).toBe(isFound ? join(root, 'real') : undefined)
  })

  it('does not wait at a pipe, which a program that may write can leave there', () => {
    execFileSync('mkfifo', [join(root, '.git')])
    expect(namedRepository(join(root, '.git'))).toBeUndefined()
  })
})
