import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspectBackends } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConsentRequest } from '../src/consent/consent.ts'
import { openPluginHost, type PluginHost } from '../src/host.ts'
import type { RunResult } from '../src/run/run-request.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)
const helpers = fileURLToPath(new URL('../src/plugin', import.meta.url))

let folder: string
let asked: ConsentRequest[]

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-typed-')))
  asked = []
  await mkdir(join(folder, 'work'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Installs a plugin that comes with the helpers' sources, as a bundle does. */
async function install(type: string, command: object, code: string): Promise<PluginHost> {
  const source = join(folder, 'source')
  await cp(helpers, join(source, 'helpers'), {
    recursive: true,
    filter: (path) => !/\.test(?:-d)?\.ts$/.test(path),
  })
  await writeFile(join(source, 'index.ts'), code)
  await writeFile(
    join(source, 'plugin.json'),
    JSON.stringify({
      name: 'typed',
      version: '1.0.0',
      description: 'Of a type',
      author: 'Acme',
      license: 'MIT',
      entry: 'index.ts',
      type,
      commands: [command],
    }),
  )
  const host = await openPluginHost({
    home: join(folder, 'home'),
    workspace: join(folder, 'work'),
    consent: async (request) => {
      asked.push(request)
      return true
    },
  })
  await host.install(source)
  return host
}

const work = (name: string): string => join(folder, 'work', name)

async function run(host: PluginHost, command: string, file: string): Promise<RunResult> {
  return await host.run('typed', command, { arguments: { file }, options: {}, stdio: 'pipe' })
}

describe.skipIf(isSkipped)('a plugin of a type, in its jail', () => {
  it('validates what the person names, with no permission but that', async () => {
    const host = await install(
      'validator',
      {
        name: 'validate',
        summary: 'Checks the end',
        arguments: [{ name: 'file', type: 'file', required: true }],
      },
      `import { defineValidatorPlugin } from './helpers/validator-plugin.ts'
       export default defineValidatorPlugin({
         validate(content) {
           const errors = content.endsWith('\\n') ? [] : ['The last line has no end']
           return { valid: errors.length === 0, errors, warnings: [] }
         },
       })`,
    )
    expect(asked[0]).toMatchObject({
      type: 'validator',
      permissions: [],
      byType: [{ kind: 'named.read' }, { kind: 'temp.write' }],
    })
    await writeFile(work('good.txt'), 'a\n')
    await writeFile(work('bad.txt'), 'a')
    expect((await run(host, 'validate', 'good.txt')).value).toEqual({
      valid: true,
      errors: [],
      warnings: [],
    })
    await expect(run(host, 'validate', 'bad.txt')).rejects.toMatchObject({
      message: expect.stringContaining('is not valid: 1 error'),
    })
  })

  it('formats what the person names', async () => {
    const host = await install(
      'formatter',
      {
        name: 'format',
        summary: 'Ends the last line',
        arguments: [{ name: 'file', type: 'file', required: true, access: 'write' }],
      },
      `import { defineFormatterPlugin } from './helpers/formatter-plugin.ts'
       export default defineFormatterPlugin({ format: (content) => content.trimEnd() + '\\n' })`,
    )
    await writeFile(work('a.txt'), 'a')
    expect((await run(host, 'format', 'a.txt')).value).toEqual({
      file: work('a.txt'),
      changed: true,
    })
    expect(await readFile(work('a.txt'), 'utf8')).toBe('a\n')
  })

  it('may not be a validator that writes', async () => {
    const refused = install(
      'validator',
      {
        name: 'validate',
        summary: 'Checks',
        arguments: [{ name: 'file', type: 'file', access: 'write' }],
      },
      'export default {}',
    )
    await expect(refused).rejects.toMatchObject({ code: 'MB_MANIFEST_INVALID' })
    expect(asked).toEqual([])
  })
})
