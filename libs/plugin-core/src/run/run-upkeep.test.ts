import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock } from '@mb/kernel'
import { readManifest } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeyValues } from '../broker/index.ts'
import { writePlugin } from '../fixtures/plugin-folder.ts'
import { pythonOfTests } from '../fixtures/python.ts'
import type { UpkeepRequest } from './run-request.ts'
import { runUpkeep } from './run-upkeep.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)
const hasPython = (await pythonOfTests()) !== undefined

let home: string
let place: string

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'mb-upkeep-home-')))
  place = await realpath(await mkdtemp(join(tmpdir(), 'mb-upkeep-')))
})

afterEach(async () => {
  await rm(home, { recursive: true })
  await rm(place, { recursive: true })
})

const node = {
  file: 'dist/index.mjs',
  empty: 'export default {}\n',
  busy: `import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
export default {
  async migrate({ from, to }, { data, kv }) {
    const before = await readFile(join(data, 'notes'), 'utf8')
    await writeFile(join(data, 'notes'), before + from + '>' + to)
    await kv.set('form', [await kv.get('form'), to])
  },
  health: ({ data }) => ({ status: 'warning', reason: 'there is little room' }),
}
`,
  throws: `export default { health() { throw new RangeError('out of order') } }\n`,
  hangs: `export default { health: () => new Promise((_, no) => { setInterval(() => {}, 1000) }) }\n`,
}
const python = {
  file: 'main.py',
  empty: 'from milkbottle import Plugin\nplugin = Plugin()\n',
  busy: `import os
from milkbottle import Plugin
plugin = Plugin()

@plugin.migrate
def migrate(before, after, context):
    path = os.path.join(context.data, "notes")
    with open(path) as opened:
        text = opened.read()
    with open(path, "w") as opened:
        opened.write(text + before + ">" + after)
    context.kv.set("form", [context.kv.get("form"), after])

@plugin.health
def health(context):
    return {"status": "warning", "reason": "there is little room"}
`,
  throws: `from milkbottle import Plugin
plugin = Plugin()

@plugin.health
def health(context):
    raise ValueError("out of order")
`,
  hangs: `import time
from milkbottle import Plugin
plugin = Plugin()

@plugin.health
def health(context):
    time.sleep(1000)
`,
}

const permissions = { fs: { read: ['${data}/**'], write: ['${data}/**'] } }

async function request(
  language: typeof node,
  kind: 'empty' | 'busy' | 'throws' | 'hangs',
  more: Partial<UpkeepRequest> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<UpkeepRequest> {
  const directory = await writePlugin(join(place, 'plugin'), {
    manifest: { entry: language.file, commands: [], permissions },
    files: { [language.file]: language[kind], ...files },
  })
  const { manifest } = await readManifest(directory)
  return {
    id: 'local/notes',
    directory,
    manifest,
    permissions: manifest.permissions,
    stage: 'health',
    params: {},
    timeoutMs: 20_000,
    home,
    workspace: place,
    logger: silentLogger,
    clock: systemClock,
    ...more,
  }
}

const all = [
  { name: 'node', language: node },
  { name: 'python', language: python },
].filter(({ name }) => name === 'node' || hasPython)

describe.skipIf(isSkipped).each(all)('runUpkeep(), a plugin in $name', ({ language }) => {
  it('migrates copies of what it keeps, and touches nothing else', async () => {
    const kept = { data: join(home, 'copy', 'data'), keyValues: join(home, 'copy', 'kv.db') }
    const own = join(home, 'data', 'local', 'notes')
    for (const folder of [kept.data, own]) {
      // oxlint-disable-next-line no-await-in-loop -- two
      await mkdir(folder, { recursive: true })
      // oxlint-disable-next-line no-await-in-loop -- two
      await writeFile(join(folder, 'notes'), 'first ')
    }
    {
      await using values = new KeyValues(kept.keyValues, 'local/notes')
      await values.set('form', 'old')
    }
    const params = { from: '1.0.0', to: '2.0.0' }
    const asked = await request(language, 'busy', { stage: 'migrate', params, kept })
    expect((await runUpkeep(asked)).value).toBeNull()
    expect(await readFile(join(kept.data, 'notes'), 'utf8')).toBe('first 1.0.0>2.0.0')
    expect(await readFile(join(own, 'notes'), 'utf8')).toBe('first ')
    await using values = new KeyValues(kept.keyValues, 'local/notes')
    expect(await values.get('form')).toEqual(['old', '2.0.0'])
    await using others = new KeyValues(join(home, 'kv.db'), 'local/notes')
    expect(await others.list()).toEqual([])
  })

  it('gives what it says of its health, and null of one that says nothing', async () => {
    expect((await runUpkeep(await request(language, 'busy'))).value).toEqual({
      status: 'warning',
      reason: 'there is little room',
    })
    expect((await runUpkeep(await request(language, 'empty'))).value).toBeNull()
    const migrate = { stage: 'migrate', params: { from: '1.0.0', to: '2.0.0' } } as const
    expect((await runUpkeep(await request(language, 'empty', migrate))).value).toBeNull()
  })

  it('tells what it threw, and that it took too long', async () => {
    await expect(runUpkeep(await request(language, 'throws'))).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
      message: expect.stringMatching(
        /^Cannot check the health of plugin "local\/notes": \w+Error: out of order$/,
      ),
    })
    const hanging = await request(language, 'hangs', { timeoutMs: 300 })
    await expect(runUpkeep(hanging)).rejects.toMatchObject({
      code: 'MB_PLUGIN_DEADLINE',
      message: expect.stringContaining('Cannot check the health of plugin "local/notes": '),
    })
  })
})

describe.skipIf(isSkipped || !hasPython)('runUpkeep(), an older library', () => {
  it('is taken for one that has nothing to say', async () => {
    // As it was before the two calls: what it does not know, it says so.
    const source = await readFile(
      new URL('../../languages/python/milkbottle.py', import.meta.url),
      'utf8',
    )
    const older = source.replace('if method == "health":', 'if method == "wealth":')
    expect(older).not.toBe(source)
    const asked = await request(python, 'empty', {}, { 'milkbottle.py': older })
    expect((await runUpkeep(asked)).value).toBeNull()
  })
})
