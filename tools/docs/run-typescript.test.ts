import { describe, expect, it } from 'vitest'
import { codeBlocks } from './code-blocks.ts'
import { runTypescript } from './run-typescript.ts'

describe('runTypescript()', () => {
  it('runs what is right, and tells a failing assertion from a wrong type', async () => {
    const start =
      "import assert from 'node:assert/strict'\nimport { nearestName } from '@mb/kernel'\n"
    const blocks = codeBlocks(
      'libs/kernel/none.md',
      [
        "assert.equal(nearestName('instal', ['install']), 'install')",
        'assert.equal(1, 2)',
        'const count: number = nearestName.name',
      ]
        .map((code) => `\`\`\`ts\n${start}${code}\n\`\`\`\n`)
        .join(''),
    )
    const failures = (await runTypescript(blocks)).map(({ failure }) => failure)
    expect(failures).toEqual([
      undefined,
      expect.stringContaining('AssertionError'),
      expect.stringContaining("TS2322: Type 'string' is not assignable to type 'number'"),
    ])
  })
})
