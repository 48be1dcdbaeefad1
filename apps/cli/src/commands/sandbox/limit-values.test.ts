import { describe, expect, it } from 'vitest'
import { limitNames, readLimits, readScratchSize } from './limit-values.ts'

const place = (name: string): string => `--${name}`

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
    expect(readLimits((name) => written[name], place)).toEqual({
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
    expect(readLimits(() => undefined, place)).toEqual({})
  })

  it.each(
    limitNames.flatMap((name) => ['0', '-1', 'much', '', '1e99'].map((text) => [name, text])),
  )('refuses %s of %j', (name, text) => {
    expect(() => readLimits((each) => (each === name ? text : undefined), place)).toThrow(
      expect.objectContaining({ code: 'MB_CLI_VALUE' }),
    )
  })

  it('refuses fewer open files than a program needs to start', () => {
    expect(() => readLimits((name) => (name === 'open-files' ? '15' : undefined), place)).toThrow(
      'Cannot read "15" of --open-files as a number: it is none that fits',
    )
  })

  it.each([
    ['memory', '1023K', '1M'],
    ['file-size', '511', '512'],
  ])('refuses %s of %s, with which no jail can be set up', (limit, text, least) => {
    expect(() => readLimits((name) => (name === limit ? text : undefined), place)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`Cannot use "${text}" of --${limit}: `),
        hint: `Give ${least} or more`,
      }),
    )
    expect(readLimits((name) => (name === limit ? least : undefined), place)).toEqual(
      expect.any(Object),
    )
  })

  it('says where what it refuses was written', () => {
    expect(() => readLimits((name) => (name === 'cpu' ? 'soon' : undefined), place)).toThrow(
      'Cannot read "soon" of --cpu as a duration: it is no time',
    )
  })
})

describe('readScratchSize()', () => {
  it('takes a page and more, and nothing below', () => {
    expect(readScratchSize('4K', '--tmp')).toBe(4096)
    expect(() => readScratchSize('4095', '--tmp')).toThrow(
      'Cannot use "4095" of --tmp: 4095 bytes are too few',
    )
  })
})
