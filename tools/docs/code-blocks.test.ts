import { property, assert, array, constantFrom } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockTitle, codeBlocks, replaceBlock } from './code-blocks.ts'

const page = `# Title

\`\`\`sh no-run reason="installs it"
npm install
\`\`\`

- a list
  \`\`\`\`ts
  const a = \`
  \`\`\`
  \`
  \`\`\`\`
`

describe('codeBlocks()', () => {
  it('reads fences with their words, lines and indentation', () => {
    expect(codeBlocks('README.md', page)).toEqual([
      {
        file: 'README.md',
        line: 3,
        length: 1,
        language: 'sh',
        attributes: new Map([
          ['no-run', ''],
          ['reason', 'installs it'],
        ]),
        code: 'npm install',
      },
      {
        file: 'README.md',
        line: 8,
        length: 3,
        language: 'ts',
        attributes: new Map(),
        code: 'const a = `\n```\n`',
      },
    ])
  })

  it('reads a fence that is never closed to the end', () => {
    expect(codeBlocks('a.md', '```sh\nls')).toMatchObject([{ language: 'sh', code: 'ls' }])
  })

  it('ends on any lines', () => {
    const line = constantFrom('```', '````', '```ts', '~~~', '  ```', 'text', '')
    assert(
      property(array(line), (lines) => {
        const blocks = codeBlocks('a.md', lines.join('\n'))
        expect(blocks.every((block) => block.line + block.length <= lines.length)).toBe(true)
      }),
    )
  })
})

describe('replaceBlock()', () => {
  it('replaces what stands between the fences, and nothing else', () => {
    const [first] = codeBlocks('README.md', page)
    if (first === undefined) throw new Error('no block')
    expect(replaceBlock(page, first, 'one\ntwo')).toBe(page.replace('npm install', 'one\ntwo'))
  })
})

describe('blockTitle()', () => {
  it('is file, line and language', () => {
    expect(codeBlocks('README.md', page).map(blockTitle)).toEqual([
      'README.md:3 sh',
      'README.md:8 ts',
    ])
  })
})
