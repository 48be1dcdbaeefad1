import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readStat } from '../../machine/process-stat.ts'
import { isLeftBehind, nextContainerName, sweepFolders } from './container-name.ts'

describe('isLeftBehind()', () => {
  it('knows the names of this process, and what another process has by its number', () => {
    const { startedTicks } = readStat(process.pid)
    expect(isLeftBehind(nextContainerName())).toBe(false)
    expect(isLeftBehind(`mb-sandbox-${process.pid}-${startedTicks + 1}-1`)).toBe(true)
    expect(isLeftBehind('mb-sandbox-4194305-1-1')).toBe(true)
    expect(isLeftBehind('mb-sandbox-4194305-1-1-aB3xYz')).toBe(true)
  })

  it.each(['', 'mb-sandbox-', 'mb-sandbox-1-2', 'other-1-2-3', 'mb-sandbox-x-2-3'])(
    'leaves alone what has another form: %j',
    (name) => {
      expect(isLeftBehind(name)).toBe(false)
    },
  )
})

describe('sweepFolders()', () => {
  it('takes away what processes that are gone have left, and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mb-sweep-'))
    try {
      const own = `${nextContainerName()}-aB3xYz`
      const names = ['mb-sandbox-4194305-1-1-aB3xYz', own, 'mb-sandbox-cache', 'other']
      for (const name of names) mkdirSync(join(folder, name))
      writeFileSync(join(folder, names[0] ?? '', 'file'), '')
      await sweepFolders(folder)
      expect(readdirSync(folder).toSorted()).toEqual([own, 'mb-sandbox-cache', 'other'].toSorted())
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
