import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { currentErrorsPage } from './errors/current-page.ts'
import { errorsPage } from './errors/errors-page.ts'
import { readCatalogues, type ErrorRow } from './errors/read-catalogues.ts'
import { readWorkspaces, root } from './workspaces.ts'

const exitCodes = {
  failure: 1,
  usage: 2,
  refused: 3,
  'not-found': 4,
  network: 5,
  bug: 70,
  interrupted: 130,
}

const row = (code: string, outcome: ErrorRow['outcome'] = 'failure'): ErrorRow => ({
  code,
  outcome,
  category: 'loading',
  summary: 'It is so.',
})

it('docs/errors.md is what the catalogues say: run `node tools/errors.ts`', async () => {
  expect(await readFile(join(root, 'docs', 'errors.md'), 'utf8')).toBe(await currentErrorsPage())
})

it('the README of a package has its codes and no others, or leaves them to docs/errors.md', async () => {
  const directories = new Map((await readWorkspaces()).map((each) => [each.name, each.directory]))
  const wrong: string[] = []
  for (const { packageName, rows } of await readCatalogues()) {
    const readme = await readFile(
      join(root, directories.get(packageName) ?? '', 'README.md'),
      'utf8',
    )
    const told = [...readme.matchAll(/^\|\s*`(MB_[A-Z0-9_]+)`/gm)].map(([, code = '']) => code)
    if (told.length === 0 && readme.includes('docs/errors.md')) continue
    const known = rows.map(({ code }) => code)
    const missing = known.filter((code) => !told.includes(code))
    const unknown = told.filter((code) => !known.includes(code))
    wrong.push(...missing.map((code) => `${packageName} does not have ${code} in its README`))
    wrong.push(...unknown.map((code) => `${packageName} has ${code} in its README alone`))
  }
  expect(wrong).toEqual([])
})

describe('errorsPage()', () => {
  it('has a row for each code, with the exit code of its outcome', () => {
    const page = errorsPage([{ packageName: '@mb/x', rows: [row('MB_X', 'refused')] }], exitCodes)
    expect(page.slice(page.indexOf('## @mb/x'))).toBe(`## @mb/x

| code | means | category | exit |
| --- | --- | --- | --- |
| \`MB_X\` | It is so. | loading | 3 refused |
`)
  })

  it('refuses a code that two packages have', () => {
    const catalogues = [
      { packageName: '@mb/x', rows: [row('MB_SAME')] },
      { packageName: '@mb/y', rows: [row('MB_SAME')] },
    ]
    expect(() => errorsPage(catalogues, exitCodes)).toThrow('@mb/x and @mb/y both have MB_SAME')
  })
})
