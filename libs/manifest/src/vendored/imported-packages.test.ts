import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importedPackages } from './imported-packages.ts'

async function importedBy(file: string, text: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-imported-'))
  try {
    await writeFile(join(folder, file), text)
    return [...(await importedPackages(folder))]
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('importedPackages()', () => {
  it.each([
    ["import type { A } from '@acme/types'\nimport { b } from 'b'", ['b']],
    ["import type A from 'a'\nexport type { C } from 'c'\nimport 'd'", ['d']],
    ["import type * as A from 'a'\nexport { e } from 'e'", ['e']],
    ["import type from 'default'", ['default']],
    ["import { type A, b } from 'b'", ['b']],
    ["import type { A } from './a.ts'; import b from 'b'", ['b']],
  ])('finds in %j what is there when it runs', async (text, expected) => {
    expect(await importedBy('index.ts', text)).toEqual(expected)
  })
})
