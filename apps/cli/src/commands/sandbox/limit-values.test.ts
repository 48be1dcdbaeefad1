import { describe, expect, it } from 'vitest'
import { limitNames, readLimits, readScratchSize } from './limit-values.ts'

describe('readLimits()', () => {
  it('reads each limit in its own unit', () => {
    const written = {
      memory: '256M',
      time: '1m',
      cpu: '500ms',
      processes: '8',
      threads: '64',
      'file-size': '1K',
      written: '2K',
      output: '3K',
      'open-files': '32',
    }
    expect(readLimits((name) => written[name])).toEqual({
      memoryBytes: 256 * 1024 ** 2,
      wallMs: 60_000,
      cpuSeconds: 0.5,
      processes: 8,
      threads: 64,
      fileBytes: 1024,
      writtenBytes: 2048,
      outputBytes: 3072,
      openFiles: 32,
    })
  })

  it('sets no limit that was not written', () => {
    expect(readLimits(() => undefined)).toEqual({})
  })

  it.each(
    limitNames.flatMap((name) => ['0', '-1', 'much', '', '1e99'].map((text) => [name, text])),
  )('refuses %s of %j', (name, text) => {
    expect(() => readLimits((each) => (each === name ? text : undefined))).toThrow(
      expect.objectContaining({ code: 'MB_CLI_VALUE' }),
    )
  })

  it('refuses fewer open files than a program needs to start', () => {
    expect(() => readLimits((name) => (name === 'open-files' ? '15' : undefined))).toThrow(
      'Cannot read "15" as a number: it is none that fits',
    )
  })
})

describe('readScratchSize()', () => {
  it('takes a page and more, and nothing below', () => {
    expect(readScratchSize('4K')).toBe(4096)
    expect(() => readScratchSize('4095')).toThrow(
      'Cannot make /tmp of 4095 bytes: that is less than a page',
    )
  })
})
