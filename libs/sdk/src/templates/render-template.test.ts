import { describe, expect, it } from 'vitest'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { renderTemplate } from './render-template.ts'

describe('renderTemplate()', () => {
  it('renders names and contents, and leaves what a workflow means for itself', async () => {
    await using folder = await TemporaryFolder.make({
      'src/{{ name }}.ts.njk': 'export const name = {{ name | quoted }}\n',
      'ci.yml.njk': 'on: {% raw %}${{ github.ref }}{% endraw %}\n',
      'note.txt': 'not part of the template',
    })
    expect(await renderTemplate(folder.path, { name: 'notes' })).toEqual([
      { path: 'ci.yml', content: 'on: ${{ github.ref }}\n' },
      { path: 'src/notes.ts', content: 'export const name = "notes"\n' },
    ])
  })

  it('does not render what a value says', async () => {
    await using folder = await TemporaryFolder.make({ 'a.njk': '{{ text }}' })
    const [file] = await renderTemplate(folder.path, { text: '{{ name }} <b>' })
    expect(file?.content).toBe('{{ name }} <b>')
  })

  it('refuses a value that is not there, naming the file', async () => {
    await using folder = await TemporaryFolder.make({ 'a.txt.njk': '{{ nmae }}' })
    await expect(renderTemplate(folder.path, { name: 'notes' })).rejects.toMatchObject({
      code: 'MB_SDK_TEMPLATE_BROKEN',
      message: expect.stringContaining('Cannot render template file "a.txt.njk"'),
    })
  })

  it.each([
    ['my-notes', "'my-notes'"],
    ['notes', 'notes'],
  ])('writes the property name %s as a formatter does', async (name, expected) => {
    await using folder = await TemporaryFolder.make({ 'a.njk': '{{ name | key }}' })
    expect(await renderTemplate(folder.path, { name })).toEqual([{ path: 'a', content: expected }])
  })

  it.each([
    ['plain', "'plain'"],
    ["it's", `"it's"`],
    [`it's "so"`, `'it''s "so"'`],
    ['a\nb', String.raw`"a\nb"`],
  ])('writes %j as a YAML string', async (text, expected) => {
    await using folder = await TemporaryFolder.make({ 'a.njk': '{{ text | yaml }}' })
    expect(await renderTemplate(folder.path, { text })).toEqual([{ path: 'a', content: expected }])
  })
})
