import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditLog, type AuditEntry } from './audit-log.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-audit-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

const entry = (number: number): AuditEntry => ({
  kind: 'run',
  time: '2026-01-01T00:00:00.000Z',
  plugin: 'local/notes',
  version: '1.0.0',
  run: 'r',
  number,
})

async function numbers(path: string): Promise<readonly unknown[]> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line).number)
}

describe('AuditLog', () => {
  it('adds lines to what is there, for its owner alone', async () => {
    const path = join(folder, 'logs', 'audit.jsonl')
    for (const number of [1, 2]) {
      using log = new AuditLog(path)
      log.append(entry(number))
    }
    expect(await numbers(path)).toEqual([1, 2])
    const modes = [(await stat(path)).mode & 0o777, (await stat(join(folder, 'logs'))).mode & 0o777]
    expect(modes).toEqual([0o600, 0o700])
  })

  it('holds nothing that a terminal obeys, and gives it back as it was', async () => {
    const path = join(folder, 'audit.jsonl')
    const key = '\u001B[31m \u009B31m \u202E \u2028 \u{E0001} é'
    using log = new AuditLog(path)
    log.append({ ...entry(1), key })
    const line = (await readFile(path, 'utf8')).trimEnd()
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(line).key).toBe(key)
  })

  it('refuses a line that there is only half the room for', () => {
    const path = join(folder, 'audit.jsonl')
    const script = `
      import { AuditLog } from ${JSON.stringify(join(import.meta.dirname, 'audit-log.ts'))}
      using log = new AuditLog(${JSON.stringify(path)})
      try { log.append(${JSON.stringify(entry(1))}) } catch ({ code, message }) { console.log(code, message) }`
    const node = [process.execPath, '--conditions=@mb/source', '--input-type=module', '-e']
    // No file may become larger, as on a full disk.
    const { stdout } = spawnSync('prlimit', ['--fsize=20', ...node, script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    })
    expect(stdout).toBe(`MB_HOME_UNUSABLE Cannot write the audit log "${path}": the disk is full\n`)
  })

  it('begins a new file when one is full, and keeps as many as told', async () => {
    const path = join(folder, 'audit.jsonl')
    using log = new AuditLog(path, { maxBytes: 1, keep: 2 })
    for (const number of [1, 2, 3, 4]) log.append(entry(number))
    expect((await readdir(folder)).toSorted()).toEqual([
      'audit.jsonl',
      'audit.jsonl.1',
      'audit.jsonl.2',
    ])
    expect([await numbers(path), await numbers(`${path}.1`), await numbers(`${path}.2`)]).toEqual([
      [4],
      [3],
      [2],
    ])
  })

  it('follows when another process began a new file', async () => {
    const path = join(folder, 'audit.jsonl')
    using quiet = new AuditLog(path)
    quiet.append(entry(1))
    using busy = new AuditLog(path, { maxBytes: 1 })
    busy.append(entry(2))
    quiet.append(entry(3))
    expect([await numbers(path), await numbers(`${path}.1`)]).toEqual([[2, 3], [1]])
  })

  it('refuses to write through a link', async () => {
    const path = join(folder, 'audit.jsonl')
    await writeFile(join(folder, 'elsewhere'), '')
    await symlink(join(folder, 'elsewhere'), path)
    expect(() => new AuditLog(path)).toThrow(`Cannot write the audit log "${path}": ELOOP`)
  })
})
