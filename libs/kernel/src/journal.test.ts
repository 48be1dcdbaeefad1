import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { Journal, readJournal } from './journal.ts'

let path: string
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mb-journal-'))
  path = join(folder, 'change.jsonl')
  return () => rm(folder, { recursive: true, force: true })
})

describe('Journal', () => {
  it('append() leaves steps for whoever comes after a crash', async () => {
    await using journal = await Journal.begin(path)
    await journal.append({ step: 'stage', folder: 'a' })
    await journal.append({ step: 'commit' })
    expect(await readJournal(path)).toEqual([{ step: 'stage', folder: 'a' }, { step: 'commit' }])
  })

  it('finish() removes it', async () => {
    await using journal = await Journal.begin(path)
    await journal.append({ step: 'stage' })
    await journal.finish()
    expect(await readdir(join(path, '..'))).toEqual([])
    expect(await readJournal(path)).toBeUndefined()
  })

  it('begin() refuses a change that is under way', async () => {
    await using journal = await Journal.begin(path)
    await journal.append({ step: 'stage' })
    await expect(Journal.begin(path)).rejects.toMatchObject({ code: 'EEXIST' })
  })
})

describe('readJournal()', () => {
  it('leaves out a last line that was not finished', async () => {
    await writeFile(path, '{"step":"one"}\n{"step":"tw')
    expect(await readJournal(path)).toEqual([{ step: 'one' }])
  })

  it.each([['{"step":1}'], ['[]'], ['rubbish'], ['null']])(
    'refuses a damaged line %j',
    async (line) => {
      await writeFile(path, `{"step":"one"}\n${line}\n`)
      await expect(readJournal(path)).rejects.toMatchObject({
        code: 'MB_JOURNAL_BROKEN',
        message: `Cannot read journal "${path}": line 2 is damaged`,
      })
    },
  )

  it('refuses one that is too long', async () => {
    await writeFile(path, '')
    await appendFile(path, Buffer.alloc(16 * 1024 * 1024 + 1, '\n'))
    await expect(readJournal(path)).rejects.toMatchObject({ code: 'MB_FILE_TOO_LARGE' })
  })
})
