import { describe, expect, it } from 'vitest'
import { readStat } from '../../machine/process-stat.ts'
import { isLeftBehind, nextContainerName } from './container-name.ts'

describe('isLeftBehind()', () => {
  it('knows the names of this process, and what another process has by its number', () => {
    const { startedTicks } = readStat(process.pid)
    expect(isLeftBehind(nextContainerName())).toBe(false)
    expect(isLeftBehind(`mb-sandbox-${process.pid}-${startedTicks + 1}-1`)).toBe(true)
    expect(isLeftBehind('mb-sandbox-4194305-1-1')).toBe(true)
  })

  it.each(['', 'mb-sandbox-', 'mb-sandbox-1-2', 'other-1-2-3', 'mb-sandbox-x-2-3'])(
    'leaves alone what has another form: %j',
    (name) => {
      expect(isLeftBehind(name)).toBe(false)
    },
  )
})
