import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordHeld, sweepRecords } from './held-record.ts'
import { nameHolder } from './holder.ts'
import { holdPlace } from './placeholder.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mb-record-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** As of a process that is gone: there can be no such id. */
const gone = (): string => nameHolder().replace(/^\d+/, '4194305')

describe('recordHeld()', () => {
  it('keeps a record until it is disposed of, and none of nothing', () => {
    const cache = join(folder, 'cache')
    {
      using _ = recordHeld(cache, ['/a'])
      recordHeld(cache, [])[Symbol.dispose]()
      expect(readdirSync(cache)).toEqual([expect.stringMatching(/^sandbox-held-[\d-]+\.json$/)])
      sweepRecords(cache)
      expect(readdirSync(cache)).toHaveLength(1)
    }
    expect(readdirSync(cache)).toEqual([])
  })

  it('does without where it cannot write', () => {
    writeFileSync(join(folder, 'file'), '')
    recordHeld(join(folder, 'file'), ['/a'])[Symbol.dispose]()
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

describe('sweepRecords()', () => {
  it('takes away what the dead held, and nothing else that their records name', () => {
    const cache = join(folder, 'cache')
    const work = join(folder, 'work')
    for (const path of [cache, join(work, 'empty'), join(work, 'full')])
      mkdirSync(path, { recursive: true })
    writeFileSync(join(work, 'full', 'file'), '')
    mkdirSync(join(work, '.git'), { mode: 0o1700 })
    mkdirSync(join(work, '.git', `.mb-held-${gone()}`))
    const living = holdPlace(join(work, '.vscode'))
    const paths = ['.git', '.vscode', 'empty', 'full', 'missing'].map((name) => join(work, name))
    writeFileSync(join(cache, `sandbox-held-${gone()}.json`), JSON.stringify([...paths, 1, 'x']))
    for (const text of ['', '{}', '[', 'null'])
      writeFileSync(join(cache, `sandbox-held-${gone()}.json`), text)
    writeFileSync(join(cache, 'sandbox-probes-1.json'), '{}')
    sweepRecords(cache)
    expect(readdirSync(cache)).toEqual(['sandbox-probes-1.json'])
    expect(readdirSync(work).toSorted()).toEqual(['.vscode', 'empty', 'full'])
    expect(readdirSync(living.path)).toHaveLength(1)
  })

  it('has nothing to do where there is no folder', () => {
    expect(sweepRecords(join(folder, 'missing'))).toBeUndefined()
  })
})
