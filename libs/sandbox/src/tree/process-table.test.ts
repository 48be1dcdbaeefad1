import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parseTable, readTable, sumTree, type ProcessLine } from './process-table.ts'

describe('parseTable()', () => {
  it('reads what Linux and macOS print, and nothing else', () => {
    const text = [
      '    1     0   1234 00:00:02',
      '  501     1  98304   0:01.25',
      '  502   501     16 1-02:03:04',
      'ps: a warning',
    ].join('\n')
    expect(parseTable(text)).toEqual([
      { pid: 1, parent: 0, residentBytes: 1_263_616, cpuMs: 2000 },
      { pid: 501, parent: 1, residentBytes: 100_663_296, cpuMs: 1250 },
      { pid: 502, parent: 501, residentBytes: 16_384, cpuMs: 93_784_000 },
    ])
  })
})

describe('sumTree()', () => {
  it('adds up what lies below, also where the table is torn', () => {
    const table = [line(1, 0), line(5, 1), line(6, 5), line(7, 6), line(8, 1), line(9, 9)]
    expect(sumTree(table, 5)).toEqual({ pids: [5, 6, 7], residentBytes: 30, cpuMs: 3 })
    expect(sumTree(table, 4)).toEqual({ pids: [], residentBytes: 0, cpuMs: 0 })
    expect(sumTree(table, 9)).toEqual({ pids: [9], residentBytes: 10, cpuMs: 1 })
  })

  it('finds a process that this one has started', async () => {
    const child = spawn('sleep', ['60'])
    try {
      expect(sumTree(await readTable(), process.pid).pids).toContain(child.pid)
    } finally {
      child.kill('SIGKILL')
    }
  })
})

function line(pid: number, parent: number): ProcessLine {
  return { pid, parent, residentBytes: 10, cpuMs: 1 }
}
