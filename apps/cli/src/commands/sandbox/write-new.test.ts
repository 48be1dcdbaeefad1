import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeNew } from './write-new.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-new-'))
})

afterEach(() => rm(folder, { recursive: true }))

describe('writeNew()', () => {
  it('writes a file, and over no other one', async () => {
    const file = join(folder, 'policy.yaml')
    await writeNew(file, 'first\n', { isForced: false })
    await expect(writeNew(file, 'second\n', { isForced: false })).rejects.toMatchObject({
      code: 'MB_CLI_POLICY',
      message: `Cannot write the policy to "${file}": it is there`,
    })
    expect(await readFile(file, 'utf8')).toBe('first\n')
    expect(await readdir(folder)).toEqual(['policy.yaml'])
  })

  it('writes over another one where that is meant', async () => {
    const file = join(folder, 'policy.yaml')
    await writeFile(file, 'first\n')
    await writeNew(file, 'second\n', { isForced: true })
    expect(await readFile(file, 'utf8')).toBe('second\n')
    expect(await readdir(folder)).toEqual(['policy.yaml'])
  })
})
