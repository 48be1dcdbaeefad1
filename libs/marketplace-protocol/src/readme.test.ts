import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemCodes } from './problem.ts'
import { routes } from './routes.ts'

const text = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

describe('README', () => {
  it('lists every problem with its status and title', () => {
    const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\| (.*?) +\|$/gm)]
    expect(rows.map(([, code, status, title]) => [code, Number(status), title])).toEqual(
      Object.entries(problemCodes).map(([code, { status, title }]) => [code, status, title]),
    )
  })

  it('lists every route', () => {
    const rows = [...text.matchAll(/^\| `(\w+)` +\| `([A-Z]+) ([^`?]+)[^`]*`( with)?/gm)]
    expect(rows.map(([, name, method, path, isOwned]) => [name, method, path, isOwned])).toEqual(
      Object.entries(routes).map(([name, { method, path, auth }]) => [
        name,
        method,
        path,
        auth === 'token' ? ' with' : undefined,
      ]),
    )
  })
})
