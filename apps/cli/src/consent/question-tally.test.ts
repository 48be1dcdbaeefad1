import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { questionsPerHundred, readTally, tallyCommand, tallyQuestions } from './question-tally.ts'

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'mb-tally-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

describe('readTally()', () => {
  it('is what was counted, for the owner alone', async () => {
    await using home = await folder()
    expect(readTally(home.path)).toEqual({ questions: 0, commands: 0 })
    tallyQuestions(home.path, 3)
    for (let count = 0; count < 120; count += 1) tallyCommand(home.path)
    expect(readTally(home.path)).toEqual({ questions: 3, commands: 120 })
    expect((await stat(join(home.path, 'logs'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(home.path, 'logs/commands.tally'))).mode & 0o777).toBe(0o600)
  })

  it('loses nothing to processes that count at once', async () => {
    await using home = await folder()
    const code = `const { tallyCommand } = await import(${JSON.stringify(`file://${join(import.meta.dirname, 'question-tally.ts')}`)})
      for (let count = 0; count < 50; count += 1) tallyCommand(${JSON.stringify(home.path)})`
    const flags = ['--conditions=@mb/source', '--input-type=module', '-e', code]
    await Promise.all(Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, flags)))
    expect(readTally(home.path).commands).toBe(200)
  })

  it('makes no home, and follows no link', async () => {
    await using place = await folder()
    const home = join(place.path, 'home')
    tallyQuestions(home, 1)
    await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' })
    await mkdir(join(home, 'logs'), { recursive: true })
    await writeFile(join(place.path, 'diary'), 'dear diary')
    await symlink(join(place.path, 'diary'), join(home, 'logs/questions.tally'))
    tallyQuestions(home, 1)
    expect(await readFile(join(place.path, 'diary'), 'utf8')).toBe('dear diary')
  })
})

describe('questionsPerHundred()', () => {
  it.each([
    [{ questions: 1, commands: 0 }, undefined],
    [{ questions: 0, commands: 5 }, 0],
    [{ questions: 1, commands: 120 }, 0.83],
    [{ questions: 2, commands: 3 }, 66.67],
  ])('of %j is %s', (tally, expected) => {
    expect(questionsPerHundred(tally)).toBe(expected)
  })
})
