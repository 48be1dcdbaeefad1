import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../fixtures/served.ts'
import { openSqliteStore } from './sqlite-store.ts'

const program = fileURLToPath(new URL('../../fixtures/run-main.ts', import.meta.url))

describe('openSqliteStore()', () => {
  it('makes one database when many processes begin at once, and loses no account', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    const names = ['ann', 'bob', 'cyd', 'dan']
    const codes = await Promise.all(
      names.map(async (name) => {
        const line = ['--conditions=@mb/source', program, 'user', 'add', name, '--data', data]
        const child = spawn(process.execPath, line, { stdio: ['ignore', 'ignore', 'inherit'] })
        const [code]: unknown[] = await once(child, 'close')
        return code
      }),
    )
    expect(codes).toEqual([0, 0, 0, 0])
    using store = openSqliteStore(join(data, 'marketplace.db'))
    expect(store.accounts.list().map(({ name }) => name)).toEqual(names)
  })

  it('writes nothing into a database of a later version', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'marketplace.db')
    const later = new DatabaseSync(file)
    later.exec('PRAGMA user_version = 99')
    later.close()
    expect(() => openSqliteStore(file)).toThrow(
      expect.objectContaining({ code: 'MB_SERVER_BROKEN', hint: 'Update the marketplace' }),
    )
  })

  it('loses nothing that was answered', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'marketplace.db')
    using store = openSqliteStore(file)
    expect(() => store.checkWritable()).not.toThrow()
    const database = new DatabaseSync(file)
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    database.close()
  })
})
