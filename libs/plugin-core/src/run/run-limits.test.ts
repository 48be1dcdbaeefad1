import { describe, expect, it } from 'vitest'
import { runLimits, sandboxLimits } from './run-limits.ts'

describe('runLimits()', () => {
  it('gives what nobody waits for little, and what a person waits for much', () => {
    expect(runLimits({}, { interactive: false })).toEqual({
      memoryMb: 100,
      cpuSeconds: 30,
      wallSeconds: 30,
      processes: 8,
      fileMb: 10,
    })
    expect(runLimits({}, { interactive: true })).toEqual({
      memoryMb: 512,
      processes: 8,
      fileMb: 1024,
    })
  })

  it('lets a manifest lower and raise, as far as the host allows', () => {
    const asked = { memoryMb: 300, cpuSeconds: 5, wallSeconds: 99_999 }
    const host = { memoryMb: 200, processes: 4 }
    expect(runLimits(asked, { interactive: false, host })).toEqual({
      memoryMb: 200,
      cpuSeconds: 5,
      wallSeconds: 600,
      processes: 4,
      fileMb: 10,
    })
  })

  it('lets the host limit the time of what a person waits for', () => {
    expect(runLimits({}, { interactive: true, host: { wallSeconds: 60 } })).toMatchObject({
      wallSeconds: 60,
    })
  })
})

describe('sandboxLimits()', () => {
  it('speaks the units of a sandbox', () => {
    expect(sandboxLimits(runLimits({}, { interactive: false }), 1000)).toEqual({
      memoryBytes: 104_857_600,
      cpuSeconds: 30,
      wallMs: 31_000,
      processes: 8,
      fileBytes: 10_485_760,
      openFiles: 1024,
    })
  })
})
