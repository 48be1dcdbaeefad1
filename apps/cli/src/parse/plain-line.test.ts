import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commands } from '../commands/index.ts'
import { readAnyLine } from './any-line.ts'
import type { LineShape } from './line-shape.ts'
import { readPlainLine } from './plain-line.ts'

const shapes: readonly LineShape[] = [
  ...commands.map((command) => ({ ...command, name: `mb ${command.path.join(' ')}` })),
  {
    name: 'mb own',
    arguments: [
      { name: 'file', summary: '', required: true },
      { name: 'kind', summary: '', default: 'plain' },
      { name: 'more', summary: '', variadic: true },
    ],
    options: [
      { name: 'constructor', value: 'TEXT', summary: '', default: 'none' },
      { name: 'title', value: 'TEXT', short: 't', summary: '', isRequired: true },
      { name: 'tag', value: 'TEXT', summary: '', isRepeatable: true },
      { name: 'links', summary: '' },
      { name: 'no-links', summary: '' },
      { name: 'sign', value: 'KEY', summary: '', isValueOptional: true },
    ],
  },
]

describe('readPlainLine()', () => {
  it('reads what it reads as any line is read', () => {
    const tried = { all: 0, plain: 0 }
    fc.assert(
      fc.property(lines(), ({ shape, words }) => {
        const plain = readPlainLine(words, shape)
        tried.all += 1
        if (plain === undefined) return
        tried.plain += 1
        expect(plain).toEqual(readAnyLine(words, shape))
      }),
      { numRuns: 2000 },
    )
    // Else nothing was compared.
    expect(tried.plain / tried.all).toBeGreaterThan(0.05)
  })

  it('reads the lines that people write most', () => {
    const run = shapes.find(({ name }) => name === 'mb sandbox run')
    expect(run && readPlainLine(['-r', '.', '--memory=256M', '--', 'ls', '-l'], run)).toEqual({
      arguments: new Map<string, unknown>([
        ['command', 'ls'],
        ['arguments', ['-l']],
      ]),
      options: new Map<string, unknown>([
        ['read', ['.']],
        ['memory', '256M'],
      ]),
    })
  })

  it.each([
    [['file']],
    [['file', '--title']],
    [['file', '--title', '-x']],
    [['--title', 'x']],
    [['file', '--title', 'x', '--unknown']],
    [['file', '-tx']],
    [['file', '--title', 'x', '--links=yes']],
    [['file', '--title', 'x', '--no-links']],
    [['file', '--title', 'x', '--sign']],
    [['file', '--title', 'x', '--toString']],
  ])('leaves %j to what reads any line', (words) => {
    const own = shapes.at(-1)
    expect(own && readPlainLine(words, own)).toBeUndefined()
  })
})

/** Lines of the words that a command knows, and of some that it does not. */
function lines(): fc.Arbitrary<{ shape: LineShape; words: string[] }> {
  return fc.constantFrom(...shapes).chain((shape) => {
    const names = shape.options.flatMap(({ name, short = 'x' }) => [
      `--${name}`,
      `--${name}=a`,
      `--${name}=`,
      `-${short}`,
      `-${short}a`,
    ])
    const word = fc.oneof(
      fc.constantFrom('a', 'b.md', '--', '-', '', '-1', '--unknown', '--=', '__proto__'),
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('--', ...names),
    )
    return fc.array(word, { maxLength: 6 }).map((words) => ({ shape, words }))
  })
}
