import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { silentLogger, systemClock, type LogData, type Logger } from '@mb/kernel'
import { readManifest } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runPlugin } from './run-plugin.ts'
import type { RunRequest, RunResult } from './run-request.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends()
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

let home: string
let workspace: string

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'mb-run-home-')))
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'mb-run-work-')))
  await mkdir(join(workspace, 'docs'))
  await writeFile(join(workspace, 'docs', 'guide.md'), 'one two three\n')
  await writeFile(join(workspace, 'notes.md'), 'four words are here\n')
})

afterEach(async () => {
  await rm(home, { recursive: true })
  await rm(workspace, { recursive: true })
})

async function run(
  fixture: 'honest' | 'hostile',
  command: string,
  more: Partial<RunRequest> = {},
): Promise<RunResult> {
  const directory = fileURLToPath(new URL(`../../test/fixtures/${fixture}`, import.meta.url))
  const { manifest } = await readManifest(directory)
  return await runPlugin({
    ...{ id: `local/${fixture}`, directory, manifest, permissions: manifest.permissions },
    ...{ command, home, workspace, logger: silentLogger, clock: systemClock },
    ...more,
  })
}

describe.skipIf(isSkipped)('runPlugin(), an honest plugin', () => {
  it('goes through the stages and gives what the command returned', async () => {
    const { value, receipt } = await run('honest', 'count', { arguments: { file: 'notes.md' } })
    expect(value).toEqual({
      words: 4,
      file: join(workspace, 'notes.md'),
      stages: ['initialize', 'activate'],
    })
    expect(receipt.items.every(({ proved }) => proved)).toBe(true)
  })
})
