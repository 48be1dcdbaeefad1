import { describe, expect, it } from 'vitest'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { testPlugin } from './test-plugin.ts'

function project(
  test?: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
  return { 'package.json': JSON.stringify({ name: 'notes', scripts: { test }, ...more }) }
}

describe('testPlugin()', () => {
  it('runs the test script, and gives its output', async () => {
    await using folder = await TemporaryFolder.make(project(`node -p '"in " + process.cwd()'`))
    expect(await testPlugin(folder.path)).toEqual({
      ok: true,
      code: 0,
      ms: expect.any(Number),
      output: expect.stringContaining(`in ${folder.path}\n`),
    })
  })

  it('tells that tests failed by a value, not an error', async () => {
    await using folder = await TemporaryFolder.make(project('exit 3'))
    expect(await testPlugin(folder.path)).toMatchObject({ ok: false, code: 3 })
  })

  it('ends tests at their time limit', async () => {
    await using folder = await TemporaryFolder.make(project(`node -e 'setInterval(() => {}, 99)'`))
    expect(await testPlugin(folder.path, { timeoutMs: 1500 })).toMatchObject({
      ok: false,
      code: 124,
    })
  })

  it.each([
    [{}, 'MB_SDK_PROJECT_MISSING', 'no package.json there'],
    [{ 'package.json': '[]' }, 'MB_SDK_PROJECT_INVALID', 'it holds no object'],
    [project(), 'MB_SDK_SCRIPT_MISSING', 'package.json has no such script'],
    [
      project('true', { devDependencies: { vitest: '*' } }),
      'MB_SDK_NOT_INSTALLED',
      'its package "vitest" is not installed',
    ],
  ])('refuses %j', async (files, code, state) => {
    await using folder = await TemporaryFolder.make(files)
    await expect(testPlugin(folder.path)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(state),
      hint: expect.any(String),
    })
  })
})
