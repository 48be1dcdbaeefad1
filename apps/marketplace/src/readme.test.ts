import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serverErrors } from './server-error.ts'

describe('README', () => {
  it('lists every error code with what it means', async () => {
    const text = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
    const rows = [...text.matchAll(/^\| `(MB_\w+)` +\| (.*?) +\|$/gm)]
    expect(rows.map(([, code, meaning]) => [code, meaning])).toEqual(
      Object.entries(serverErrors).map(([code, { summary }]) => [code, summary]),
    )
  })
})
