import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { silentLogger, systemClock } from '@mb/kernel'
import { noPermissions, parseManifest } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pythonOfTests } from '../fixtures/python.ts'
import { runPlugin } from './run-plugin.ts'
import type { RunResult } from './run-request.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)
const hasPython = (await pythonOfTests()) !== undefined

// Each leaves a mark in the workspace as it is loaded. Python finds more than its entry in the plugin's folder.
const node = (mark: string): string => `import { writeFileSync } from 'node:fs'
writeFileSync(${JSON.stringify(mark)}, '')
export default { commands: { say: () => 'said' } }`
const python = (mark: string): string => `open(${JSON.stringify(mark)}, 'w').close()
from milkbottle import Plugin
plugin = Plugin()
@plugin.command('say')
def say(invocation, context):
    return 'said'`
const shadow = (mark: string): string => `open(${JSON.stringify(mark)}, 'w').close()
raise ImportError('shadow')`

let folder: string
let mark: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-untouched-')))
  for (const name of ['home', 'workspace', 'plugin']) await mkdir(join(folder, name))
  mark = join(folder, 'workspace', 'mark')
})
afterEach(() => rm(folder, { recursive: true }))

async function run(language: 'node' | 'python', untouched: Promise<void>): Promise<RunResult> {
  const entry = language === 'node' ? 'index.mjs' : 'index.py'
  const directory = join(folder, 'plugin')
  const manifest = parseManifest(
    JSON.stringify({
      name: 'quick',
      version: '1.0.0',
      description: 'Leaves a mark as it is loaded',
      author: 'Test',
      license: 'MIT',
      runtime: language,
      entry,
      commands: [{ name: 'say', summary: 'Says something' }],
    }),
  )
  await writeFile(join(directory, entry), (language === 'node' ? node : python)(mark))
  return await runPlugin({
    id: 'local/quick',
    directory,
    untouched,
    manifest,
    permissions: {
      ...noPermissions,
      fs: { read: [], write: [{ path: '${workspace}/**' }] },
    },
    command: 'say',
    home: join(folder, 'home'),
    workspace: join(folder, 'workspace'),
    logger: silentLogger,
    clock: systemClock,
  })
}

/** Whether a program runs that was told of the plugin's folder. */
function isStarted(): boolean {
  return readdirSync('/proc').some((name) => {
    try {
      const command = /^\d+$/.test(name) ? readFileSync(`/proc/${name}/cmdline`, 'utf8') : ''
      return command.startsWith(process.execPath) && command.includes(join(folder, 'plugin'))
    } catch {
      return false
    }
  })
}

/** Waits for neither more nor less than a plugin needs to be loaded. */
const meanwhile = {
  // What waits for it has begun by then.
  node: async () => {
    await vi.waitUntil(isStarted, { timeout: 20_000 })
    await delay(500)
  },
  python: async () => delay(2000),
} as const
const languages = (['node', 'python'] as const).filter(
  (language) => language === 'node' || hasPython || requireEngines,
)

describe.skipIf(isSkipped)('runPlugin()', () => {
  it.each(languages)(
    'runs nothing of a plugin for %s before its files were found to be untouched',
    async (language) => {
      for (const name of ['json', 'asyncio', 'inspect', 'milkbottle'])
        await writeFile(join(folder, 'plugin', `${name}.py`), shadow(mark))
      const { promise, reject } = Promise.withResolvers<undefined>()
      const tampered = new Error('tampered')
      const running = run(language, promise)
      running.catch(() => {})
      await meanwhile[language]()
      expect(existsSync(mark)).toBe(false)
      reject(tampered)
      await expect(running).rejects.toBe(tampered)
      expect(isStarted()).toBe(false)
      expect(existsSync(mark)).toBe(false)
      // The same files, once they are known to be the right ones, do run: whatever comes of it.
      await run(language, Promise.resolve()).catch(() => {})
      expect(existsSync(mark)).toBe(true)
    },
  )

  it('tells of files that were changed rather than of what fails because of that', async () => {
    const tampered = new Error('tampered')
    const untouched = Promise.reject(tampered)
    untouched.catch(() => {})
    await rm(join(folder, 'workspace'), { recursive: true })
    await expect(run('node', untouched)).rejects.toBe(tampered)
  })
})
