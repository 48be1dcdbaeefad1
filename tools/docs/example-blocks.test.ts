import { describe, expect, it } from 'vitest'
import { exampleBlocks } from './example-blocks.ts'

describe('exampleBlocks()', () => {
  it('reads the examples of doc comments at their lines in the source', () => {
    const source = [
      "import { x } from 'x'",
      '/**',
      ' * Adds.',
      ' *',
      ' * @example',
      ' * ```ts',
      ' * assert.equal(add(1, 1), 2)',
      ' *',
      ' * add(2, 2)',
      ' * ```',
      ' */',
      'export const add = 1',
      '// ```ts no doc comment',
    ].join('\n')
    expect(exampleBlocks('src/add.ts', source)).toMatchObject([
      {
        file: 'src/add.ts',
        line: 6,
        language: 'ts',
        code: 'assert.equal(add(1, 1), 2)\n\nadd(2, 2)',
      },
    ])
  })
})
