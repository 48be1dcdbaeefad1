import createParser from 'markdown-it'
import { describe, expect, it } from 'vitest'
import { renderReadme } from './render-readme.ts'

const size = process.env['MB_TEST_SIZE'] === 'full' ? 256 * 1024 : 64 * 1024

function filled(unit: string): string {
  return unit.repeat(Math.ceil(size / unit.length)).slice(0, size)
}

/** As much of what READMEs are made of. */
const ordinary = filled(
  '## Use\n\nSome *words* about `code` and [a page](https://x.example/page), as they are.\n\n- one\n- two\n\n```sh\nmb notes\n```\n\n',
)

const bombs: Readonly<Record<string, string>> = {
  brackets: filled('['),
  'pictures that never end': filled('!['),
  'links that never end': filled('[a]('),
  'emphasis inside emphasis': filled('*a **b '),
  'marks on both sides': filled('*_'),
  'backticks of every length': Array.from({ length: Math.sqrt(size) }, (_, length) =>
    '`'.repeat(length),
  ).join(' '),
  'quotes inside quotes': filled('>'),
  'lists inside lists': filled('- '),
  'lists that go in by each line': Array.from(
    { length: Math.sqrt(size) },
    (_, depth) => `${' '.repeat(depth)}- a`,
  ).join('\n'),
  'items without end': filled('-\n'),
  'headings without end': filled('#\n'),
  'headings of one name': filled('# a\n'),
  'rows without end': `|a|\n|-|\n${filled('x\n')}`,
  'a table of many columns': `${'|a'.repeat(size / 16)}\n${'|-'.repeat(size / 16)}\n${filled('|\n')}`,
  'definitions without end': filled('[a]: b\n'),
  'a long address that is used again and again': `[a]: https://x.example/${'y'.repeat(2000)}\n\n${filled('[a]')}`,
  'tags without end': filled('<a '),
  'comments without end': filled('<!--'),
  entities: filled('&'),
  'marks on marks': filled('\u0301'),
}

describe('renderReadme()', () => {
  it.each(Object.entries(bombs))('is not held up, and does not grow, by %s', (_, bomb) => {
    renderReadme(ordinary)
    const usual = Math.min(...Array.from({ length: 3 }, () => timeOf(ordinary)))
    const took = Math.min(...Array.from({ length: 3 }, () => timeOf(bomb)))
    // The worst of these takes 3 times as long; what grows with the square of its length takes hundreds of times.
    expect(took / usual).toBeLessThan(20)
    expect(renderReadme(bomb).length).toBeLessThan(10 * size)
  })

  it('would grow three hundredfold by one address, were there no bound', () => {
    const bomb = bombs['a long address that is used again and again'] ?? ''
    expect(createParser().render(bomb).length).toBeGreaterThan(300 * size)
  })

  it('shows nothing deeper than a page holds', () => {
    const shown = renderReadme(`${'> '.repeat(200)}deep`)
    expect(shown.match(/<blockquote>/g)?.length).toBe(20)
  })
})

function timeOf(markdown: string): number {
  const started = performance.now()
  renderReadme(markdown)
  return performance.now() - started
}
