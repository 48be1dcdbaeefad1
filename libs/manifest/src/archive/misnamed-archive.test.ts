import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tarGz, zip } from './hostile-archives.fixture.ts'
import { misnamedArchive } from './misnamed-archive.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-misnamed-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('misnamedArchive()', () => {
  const good = { name: 'plugin.yaml' }
  it.each([
    ['notes.zip', zip([good]), undefined],
    ['notes-1.0.0-py3-none-any.WHL', zip([good]), undefined],
    ['notes.tar.gz', tarGz([good]), undefined],
    ['notes.tgz', tarGz([good]), undefined],
    ['notes.tgz', zip([good]), 'It is called "notes.tgz", and is a zip'],
    ['notes.zip', tarGz([good]), 'It is called "notes.zip", and is a tar.gz'],
    ['photo.png', zip([good]), 'It is called "photo.png", and is a zip'],
    ['notes', tarGz([good]), 'It is called "notes", and is a tar.gz'],
    ['a\u001B[2J\u202Ex', zip([good]), 'It is called "a [2J x", and is a zip'],
  ])('of %j', async (name, archive, warning) => {
    await writeFile(join(folder, name), archive)
    expect(await misnamedArchive(join(folder, name))).toEqual(warning)
    expect(await misnamedArchive(join(folder, name), 'x.zip')).toBe(
      archive.subarray(0, 2).toString() === 'PK'
        ? undefined
        : 'It is called "x.zip", and is a tar.gz',
    )
  })

  it('of a folder says nothing, and refuses what is no archive', async () => {
    expect(await misnamedArchive(folder)).toBeUndefined()
    await writeFile(join(folder, 'x.zip'), 'text')
    await expect(misnamedArchive(join(folder, 'x.zip'))).rejects.toMatchObject({
      code: 'MB_ARCHIVE_FORM',
    })
  })
})
