import { execFile, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const folder = join(import.meta.dirname, '..')
const library = join(folder, '../../../libs/plugin-core/languages/python/milkbottle.py')

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const hasPython = spawnSync('python3', ['--version']).status === 0

describe('hello-python', () => {
  it.skipIf(!requireEngines && !hasPython)('passes its own tests', async () => {
    const tests = ['-B', '-m', 'unittest', '-v']
    const { stderr } = await promisify(execFile)('python3', tests, { cwd: folder })
    expect(stderr).toMatch(/^Ran 5 tests in .*\n\nOK\n$/m)
  })

  it('brings the library as it is', async () => {
    expect(await readFile(join(folder, 'milkbottle.py'), 'utf8')).toBe(
      await readFile(library, 'utf8'),
    )
  })
})
