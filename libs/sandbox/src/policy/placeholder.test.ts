import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  holdPlace,
  isPlaceholder,
  releasePlace,
  sweepPlace,
  type Placeholder,
} from './placeholder.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mb-hold-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('holdPlace()', () => {
  it('is there as long as somebody holds it, in any order of coming and going', () => {
    const path = join(folder, '.git')
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { maxLength: 12 }), (moves) => {
        const holders: Placeholder[] = []
        for (const move of moves) {
          if (move < 2 || holders.length === 0) holders.push(holdPlace(path))
          else releasePlace(holders.splice(move % holders.length, 1)[0] ?? { path, token: path })
          expect(readdirSync(folder)).toEqual(holders.length === 0 ? [] : ['.git'])
        }
        for (const holder of holders) releasePlace(holder)
        expect(readdirSync(folder)).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  it('refuses what is there', () => {
    mkdirSync(join(folder, 'empty'))
    writeFileSync(join(folder, 'file'), '')
    for (const name of ['empty', 'file'])
      expect(() => holdPlace(join(folder, name))).toThrow(
        expect.objectContaining({ code: 'EEXIST' }),
      )
  })

  it('leaves nothing where its own folder cannot be made, as on a full disk', () => {
    // The longest path that the kernel takes is 4095 bytes (limits.h, PATH_MAX).
    let deep = folder
    while (deep.length < 3800) deep = join(deep, 'd'.repeat(200))
    deep = join(deep, 'd'.repeat(4080 - deep.length))
    mkdirSync(deep, { recursive: true })
    expect(() => holdPlace(join(deep, '.git'))).toThrow('ENAMETOOLONG')
    expect(readdirSync(deep)).toEqual([])
  })
})

describe('releasePlace()', () => {
  it('takes it away also where modes are not kept', () => {
    const held = holdPlace(join(folder, '.git'))
    chmodSync(held.path, 0o755)
    releasePlace(holdPlace(join(folder, '.git')))
    expect(readdirSync(folder)).toEqual(['.git'])
    releasePlace(held)
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves what somebody put there meanwhile, as a folder like any other', () => {
    const held = holdPlace(join(folder, '.vscode'))
    writeFileSync(join(held.path, 'settings.json'), '{}')
    releasePlace(held)
    expect(readdirSync(held.path)).toEqual(['settings.json'])
    expect(lstatSync(held.path).mode & 0o7777).toBe(0o755)
  })
})

describe('sweepPlace()', () => {
  it('takes away what the dead left, and not what the living hold or nobody knows', () => {
    const held = holdPlace(join(folder, '.git'))
    const [, pid = '', started = '', where = ''] =
      /^\.mb-held-(\d+)-(\d+)-(\d+)-/.exec(basename(held.token)) ?? []
    const names = [
      `.mb-held-${pid}-${Number(started) + 1}-${where}-1`,
      `.mb-held-4194305-1-${where}-1`,
      `.mb-held-4194305-1-1-1`,
    ]
    for (const name of names) mkdirSync(join(held.path, name))
    sweepPlace(held.path)
    expect(new Set(readdirSync(held.path))).toEqual(new Set([basename(held.token), names[2]]))
  })

  it('leaves folders that are not ours', () => {
    for (const name of ['a', 'b']) mkdirSync(join(folder, name))
    chmodSync(join(folder, 'b'), 0o1700)
    writeFileSync(join(folder, 'b/file'), '')
    for (const name of ['a', 'b', 'missing']) sweepPlace(join(folder, name))
    expect(readdirSync(folder)).toEqual(['a', 'b'])
    expect(isPlaceholder(join(folder, 'b'), lstatSync(join(folder, 'b')))).toBe(false)
    expect(isPlaceholder(folder, lstatSync(dirname(folder)))).toBe(false)
  })
})
