import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditFile } from './audit-file.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-audit-'))
  path = join(folder, 'audit.jsonl')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('AuditFile', () => {
  it('adds lines to what is there, without what a terminal would obey', async () => {
    await writeFile(path, '{}\n')
    using audit = new AuditFile(path)
    audit.append({ host: 'a\u009b2J\u202e.example', text: 'two\nlines' })
    audit.append({ more: true })
    expect(await readFile(path, 'utf8')).toBe(
      '{}\n{"host":"a\\u009b2J\\u202e.example","text":"two\\nlines"}\n{"more":true}\n',
    )
    expect(audit.failed.aborted).toBe(false)
  })

  it('makes a file for its owner alone', async () => {
    using audit = new AuditFile(path)
    audit.append({})
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('tells by its signal what could not be added, and throws nothing at whoever decides', async () => {
    const audit = new AuditFile(path)
    audit.append({ first: true })
    // Closed under it, as by a disk that goes away.
    audit[Symbol.dispose]()
    audit.append({ second: true })
    expect(audit.failed.reason).toMatchObject({
      code: 'MB_CLI_AUDIT',
      message: `Cannot write the audit file ${JSON.stringify(path)}: EBADF`,
    })
    expect(await readFile(path, 'utf8')).toBe('{"first":true}\n')
  })
})
