import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  defineCommandPlugin,
  defineCompletionPlugin,
  defineExtensionPlugin,
  defineFormatterPlugin,
  defineGeneratorPlugin,
  defineHookPlugin,
  defineIntegrationPlugin,
  defineMiddlewarePlugin,
  defineProviderPlugin,
  defineTemplatePlugin,
  defineValidatorPlugin,
  type CommandInvocation,
  type PluginContext,
  type PluginDefinition,
} from '../plugin.ts'

const hook = (): string => 'seen'
const nothing = (): void => undefined
const context: PluginContext = {
  plugin: { id: 'local/notes', version: '1.0.0' },
  config: {},
  host: { version: '1.0.0' },
  environment: 'production',
  workspace: '/',
  data: '/',
  temporary: '/tmp',
  signal: new AbortController().signal,
  kv: {
    get: async () => undefined,
    set: async () => undefined,
    delete: async () => false,
    list: async () => [],
  },
  log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  progress: nothing,
}

let folder: string
let printed: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-typed-'))
  printed = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text))
    return true
  })
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

/** Does a command as the runtime does. */
async function run(
  plugin: PluginDefinition,
  command: string,
  { arguments: typed = {}, options = {} }: Partial<CommandInvocation> = {},
): Promise<unknown> {
  return await plugin.commands?.[command]?.({ arguments: typed, options }, context)
}

describe('defineValidatorPlugin()', () => {
  const plugin = defineValidatorPlugin({
    initialize: nothing,
    commands: { rules: () => 'ends' },
    validate(content, { file }) {
      const errors = content.endsWith('\n') ? [] : [`${file} has no end`]
      return { valid: errors.length === 0, errors, warnings: content === '\n' ? ['Empty'] : [] }
    },
  })

  it('becomes a command beside its others, and keeps the stages', () => {
    expect(Object.keys(plugin.commands ?? {})).toEqual(['rules', 'validate'])
    expect(plugin.initialize).toBe(nothing)
  })

  it('judges what was named, and tells all of it', async () => {
    const file = join(folder, 'a.txt')
    await writeFile(file, '\n')
    expect(await run(plugin, 'validate', { arguments: { file } })).toEqual({
      valid: true,
      errors: [],
      warnings: ['Empty'],
    })
    expect(printed).toEqual(['warning Empty\n'])
  })

  it('fails for what is not valid', async () => {
    const file = join(folder, 'a.txt')
    await writeFile(file, 'x')
    await expect(run(plugin, 'validate', { arguments: { file } })).rejects.toThrow(
      `"${file}" is not valid: 1 error`,
    )
    expect(printed).toEqual([`error ${file} has no end\n`])
  })

  it('says what its manifest lacks', async () => {
    await expect(run(plugin, 'validate')).rejects.toThrow(
      new TypeError(
        'Cannot tell what was named: the manifest declares no required argument "file" of one value',
      ),
    )
  })
})

describe('defineFormatterPlugin()', () => {
  const plugin = defineFormatterPlugin({ format: (content) => content.trim() })

  it('writes what changes, and nothing else', async () => {
    const file = join(folder, 'a.txt')
    await writeFile(file, ' a ')
    expect(await run(plugin, 'format', { arguments: { file } })).toEqual({ file, changed: true })
    expect(await readFile(file, 'utf8')).toBe('a')
    expect(await run(plugin, 'format', { arguments: { file } })).toEqual({ file, changed: false })
  })

  it('only tells with "check"', async () => {
    const file = join(folder, 'a.txt')
    await writeFile(file, ' a ')
    const invocation = { arguments: { file }, options: { check: true } }
    await expect(run(plugin, 'format', invocation)).rejects.toThrow(`"${file}" is not formatted`)
    expect(await readFile(file, 'utf8')).toBe(' a ')
  })
})

describe('defineGeneratorPlugin()', () => {
  it('writes below what was named, and replaces nothing', async () => {
    const plugin = defineGeneratorPlugin({
      generate: ({ options }) => ({
        'a.txt': String(options['text']),
        'b/c.bin': Buffer.from('c'),
      }),
    })
    const invocation = { arguments: { into: folder }, options: { text: 'a' } }
    expect(await run(plugin, 'generate', invocation)).toEqual({
      into: folder,
      files: ['a.txt', 'b/c.bin'],
    })
    expect(await readFile(join(folder, 'b/c.bin'), 'utf8')).toBe('c')
    await expect(run(plugin, 'generate', invocation)).rejects.toMatchObject({ code: 'EEXIST' })
  })

  it.each(['../evil', '/evil', 'a/../../evil', 'a//b', '', '.', 'a\\..\\..\\evil'])(
    'writes nothing at all when one of the paths is %j',
    async (path) => {
      const plugin = defineGeneratorPlugin({ generate: () => ({ good: '', [path]: '' }) })
      await expect(run(plugin, 'generate', { arguments: { into: folder } })).rejects.toThrow(
        RangeError,
      )
      expect(existsSync(join(folder, 'good'))).toBe(false)
    },
  )
})

describe('defineTemplatePlugin()', () => {
  const plugin = defineTemplatePlugin({
    templates: {
      bucket: {
        summary: 'A bucket',
        providers: ['aws'],
        render: ({ name }) => `bucket ${String(name)}`,
      },
      plain: { render: () => 'plain' },
    },
  })

  it('lists its templates, and renders one', async () => {
    expect(await run(plugin, 'templates')).toBe('bucket  A bucket  (aws)\nplain')
    const invocation = {
      arguments: { template: 'bucket' },
      options: { name: 'x', provider: 'aws' },
    }
    expect(await run(plugin, 'render', invocation)).toBe('bucket x')
  })

  it.each([
    ['toString', {}, 'Cannot render "toString": there is bucket, plain'],
    ['bucket', { provider: 'gcp' }, 'Cannot render "bucket" for "gcp": it is for aws'],
  ])('refuses %s with %j', async (template, options, message) => {
    await expect(run(plugin, 'render', { arguments: { template }, options })).rejects.toThrow(
      new RangeError(message),
    )
  })
})

describe('defineProviderPlugin()', () => {
  const plugin = defineProviderPlugin({
    provider: 'aws',
    templates: { bucket: { render: () => 'bucket' } },
    credentials: ['TEST_KEY', 'TEST_SECRET'],
    validateCredentials: ({ TEST_KEY }) =>
      TEST_KEY === 'good' ? { valid: true } : { valid: false, reason: 'The key is too old' },
  })

  it('names itself as the provider of its templates', async () => {
    expect(await run(plugin, 'templates')).toBe('bucket  (aws)')
  })

  it('tells which credentials are missing, and whether they are good, and repeats none', async () => {
    vi.stubEnv('TEST_KEY', 'hidden')
    await expect(run(plugin, 'check-credentials')).rejects.toThrow(
      'Cannot reach aws: TEST_SECRET is not set, or was not granted',
    )
    vi.stubEnv('TEST_SECRET', 'hidden')
    await expect(run(plugin, 'check-credentials')).rejects.toThrow(
      'The credentials of aws are not good: The key is too old',
    )
    vi.stubEnv('TEST_KEY', 'good')
    expect(await run(plugin, 'check-credentials')).toBe('The credentials of aws are good')
  })
})

describe('the other types', () => {
  it('are what their types ask for', () => {
    expect(defineHookPlugin({ hooks: { 'deploy:after': hook } })).toEqual({
      hooks: { 'deploy:after': hook },
    })
    expect(
      defineMiddlewarePlugin({
        before: { deploy: hook },
        after: { deploy: hook },
        cleanup: nothing,
      }),
    ).toEqual({ cleanup: nothing, hooks: { 'deploy:before': hook, 'deploy:after': hook } })
    const completions = { branches: () => ['main'] }
    expect(defineCompletionPlugin({ completions })).toEqual({ completions })
    const services = { store: { read: () => 1 } }
    expect(defineIntegrationPlugin({ services })).toEqual({ services })
    expect(defineExtensionPlugin({ services })).toEqual({ services })
    const commands = { add: hook }
    expect(defineCommandPlugin({ commands })).toEqual({ commands })
  })
})
