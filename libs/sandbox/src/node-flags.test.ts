import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { nodeFlags } from './node-flags.ts'

const run = promisify(execFile)

describe('nodeFlags()', () => {
  it('is taken by this Node, which then denies what was not granted', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-flags-')))
    try {
      await writeFile(join(folder, 'granted'), 'granted')
      const script = `
        const attempt = (action) => { try { return String(action()) } catch (error) { return error.code } }
        const { readFileSync } = process.getBuiltinModule('node:fs')
        console.log(JSON.stringify([
          attempt(() => readFileSync(${JSON.stringify(join(folder, 'granted'))})),
          attempt(() => readFileSync('/etc/hosts')),
          attempt(() => process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(join(folder, 'new'))}, '')),
          attempt(() => process.getBuiltinModule('node:child_process').execFileSync('true')),
          attempt(() => new (process.getBuiltinModule('node:worker_threads').Worker)('0', { eval: true })),
          attempt(() => process.getBuiltinModule('node:sqlite')),
          attempt(() => require('node:sqlite')),
        ]))`
      const flags = nodeFlags({ read: [folder], write: [], memoryBytes: 134_217_728 })
      const { stdout, stderr } = await run(process.execPath, [...flags, '-e', script])
      const denied = 'ERR_ACCESS_DENIED'
      expect(JSON.parse(stdout)).toEqual([
        'granted',
        denied,
        denied,
        denied,
        denied,
        'undefined',
        'ERR_UNKNOWN_BUILTIN_MODULE',
      ])
      expect(stderr).toBe('')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('grants what may be written for reading too', () => {
    const flags = nodeFlags({ read: ['/a'], write: ['/b'] })
    expect(flags.filter((flag) => flag.startsWith('--allow'))).toEqual([
      '--allow-fs-read=/a',
      '--allow-fs-read=/b',
      '--allow-fs-write=/b',
    ])
  })

  it.each(['relative', '/with*wildcard', '/nul\0'])('refuses %j', (path) => {
    expect(() => nodeFlags({ read: [path], write: [] })).toThrow(RangeError)
  })
})
