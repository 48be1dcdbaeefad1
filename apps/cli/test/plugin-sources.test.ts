import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { ended, Place } from './mb.ts'
import { openBehindProxy, openRegistry, packPlugin } from './source-hosts.ts'

// Each starts a dozen programs, beside all that runs at the same time.
vi.setConfig({ testTimeout: 120_000 })

async function listed(place: Place): Promise<unknown> {
  return JSON.parse((await place.mb(['plugin', 'list', '--json'])).stdout)
}

describe('mb plugin sources', () => {
  it('keeps what is in the settings, comments too', async () => {
    await using place = await Place.open()
    await mkdir(place.home)
    const settings = join(place.home, 'config.yaml')
    await writeFile(
      settings,
      '# Mine\nplugins:\n  keepVersions: 3 # few\n  trustedSources:\n    - plugins.example # ours\n',
    )
    expect(await place.mb(['plugin', 'sources', 'add', 'npm:@acme/*'])).toEqual({
      code: 0,
      stdout: '✓ Plugins may be fetched from npm:@acme/*\n',
      stderr: '',
    })
    expect((await place.mb(['plugin', 'sources', 'add', 'npm:@acme/*'])).stdout).toBe(
      'npm:@acme/* is trusted already\n',
    )
    expect(await readFile(settings, 'utf8')).toBe(
      '# Mine\nplugins:\n  keepVersions: 3 # few\n  trustedSources:\n    - plugins.example # ours\n    - npm:@acme/*\n',
    )
    expect((await place.mb(['plugin', 'sources', 'list', '--json'])).stdout).toBe(
      `${JSON.stringify(
        {
          sources: [
            { source: 'plugins.example', valid: true },
            { source: 'npm:@acme/*', valid: true },
          ],
          allowUntrusted: false,
          marketplaces: [],
        },
        null,
        2,
      )}\n`,
    )
    expect((await place.mb(['plugin', 'sources', 'remove', 'plugins.example'])).code).toBe(0)
    expect(await readFile(settings, 'utf8')).toContain('keepVersions: 3 # few')
    expect((await place.mb(['plugin', 'sources', 'list'])).stdout).toBe(
      'SOURCE       STATE\nnpm:@acme/*  trusted\n',
    )
  })

  it('refuses what is no source, and what is none of those', async () => {
    await using place = await Place.open()
    for (const source of ['*', 'ada@plugins.example', 'http://plugins.example/', 'npm:*', '--x'])
      expect(await place.mb(['plugin', 'sources', 'add', '--', source])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('MB_SOURCE_INVALID'),
      })
    expect(await place.mb(['plugin', 'sources', 'remove', 'plugins.example'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('MB_SOURCE_NOT_FOUND'),
    })
    expect(existsSync(place.home)).toBe(false)
  })

  it('cannot be widened by the project of a stranger', async () => {
    await using place = await Place.open()
    for (const setting of ['trustedSources: [plugins.example]', 'allowUntrusted: true']) {
      await writeFile(join(place.folder, 'milkbottle.yaml'), `plugins:\n  ${setting}\n`)
      expect(
        await place.mb(['plugin', 'install', 'https://plugins.example/x.zip', '--yes']),
      ).toMatchObject({ code: 3, stderr: expect.stringContaining('MB_CONFIG_FORBIDDEN') })
    }
  })
})

describe.skipIf(isSkipped)(`mb plugin install${skipReason}`, () => {
  it('fetches through npm what is trusted, and runs its command', async () => {
    await using place = await Place.open()
    await using registry = await openRegistry(place.root)
    const install = ['plugin', 'install', 'npm:@acme/notes@^1.0.0', '--yes']
    expect(await place.mb(install, { env: registry.env })).toMatchObject({
      code: 3,
      stderr:
        'error Cannot install from "npm:@acme/notes": "npm:@acme/notes" is none of your trusted sources (MB_SOURCE_UNTRUSTED)\nhint  If you trust it, `mb plugin sources add npm:@acme/notes`, and try again\n',
    })
    expect(registry.asked).toEqual([])
    await place.mb(['plugin', 'sources', 'add', 'npm:@acme/notes'])
    expect(await place.mb(install, { env: registry.env })).toMatchObject({ code: 0 })
    expect(await listed(place)).toMatchObject([
      { id: 'local/notes', source: expect.stringMatching(/^npm:@acme\/notes@1\.0\.0#sha512-/) },
    ])
    expect((await place.mb(['notes'])).stdout).toBe('notes 1.0.0\n')
  })

  it('fetches from an address through the proxy of a company, and follows to no other', async () => {
    await using place = await Place.open()
    const archive = await packPlugin(join(place.root, 'made'))
    await using host = await openBehindProxy(place.root, (path) =>
      path.startsWith('/away') ? { location: 'https://other.example/x' } : archive,
    )
    await place.mb(['plugin', 'sources', 'add', 'https://plugins.example/'])
    const install = (path: string): Promise<{ readonly code: number | null; stderr: string }> =>
      place.mb(['plugin', 'install', `https://plugins.example/${path}`, '--yes'], {
        env: host.env,
      })
    expect(await install('away?token=s3cr3t-word')).toMatchObject({
      code: 3,
      stderr:
        'error Cannot install from "https://plugins.example/away": it leads on to "https://other.example/x", and "other.example" is none of your trusted sources (MB_SOURCE_UNTRUSTED)\nhint  If you trust it, `mb plugin sources add other.example`, and try again\n',
    })
    expect(await install(`notes.tgz#sha256=${'0'.repeat(64)}`)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('MB_SOURCE_CHECKSUM'),
    })
    expect(await install('notes.tgz')).toMatchObject({ code: 0 })
    expect(host.asked).toEqual(['/away?token=s3cr3t-word', '/notes.tgz', '/notes.tgz'])
    expect(await listed(place)).toMatchObject([
      { source: expect.stringMatching(/^https:\/\/plugins\.example\/notes\.tgz#sha256=/) },
    ])
  })

  it('links a folder, runs what is in it now, and leaves it alone', async () => {
    await using place = await Place.open()
    await packPlugin(join(place.folder, 'made'))
    const folder = join(place.folder, 'made', 'package')
    expect(
      await place.mb(['plugin', 'install', './made/package', '--link', '--yes']),
    ).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        `✓ Linked local/notes 1.0.0: it runs in ${folder}, as it is there\n`,
      ),
    })
    expect((await place.mb(['plugin', 'list'])).stdout).toMatch(/local\/notes +1\.0\.0 +linked/)
    expect((await place.mb(['notes'])).stdout).toBe('notes 1.0.0\n')
    await writeFile(
      join(folder, 'index.mjs'),
      "export default { commands: { notes: () => 'as it is now' } }\n",
    )
    expect((await place.mb(['notes'])).stdout).toBe('as it is now\n')
    const manifest = join(folder, 'plugin.yaml')
    await writeFile(manifest, `${await readFile(manifest, 'utf8')}permissions: { env: [HOME] }\n`)
    expect(await place.mb(['notes'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(
        'hint  See what it asks for, and grant it, with mb plugin approve local/notes',
      ),
    })
    expect((await place.mb(['plugin', 'uninstall', 'notes'])).code).toBe(0)
    expect((await readdir(folder)).toSorted()).toEqual(['index.mjs', 'package.json', 'plugin.yaml'])
  })

  it('is stopped by Ctrl-C while npm fetches, and leaves nothing', async () => {
    await using place = await Place.open()
    const [bin, mark] = [join(place.root, 'bin'), join(place.root, 'started')]
    await mkdir(bin)
    await writeFile(join(bin, 'npm'), `#!/bin/sh\necho $$ > ${mark}; exec sleep 600\n`, {
      mode: 0o755,
    })
    await place.mb(['plugin', 'sources', 'add', 'npm:notes'])
    const before = await readdir(place.home)
    const child = place.start(['plugin', 'install', 'npm:notes', '--yes'], {
      env: { PATH: `${bin}:${process.env['PATH']}` },
    })
    const run = ended(child)
    await expect
      .poll(() => readFile(mark, 'utf8').catch(() => ''), { timeout: 60_000 })
      .not.toBe('')
    child.kill('SIGINT')
    expect((await run).code).toBe(130)
    expect(await readdir(place.home)).toEqual(before)
    await expect
      .poll(() => existsSync(`/proc/${Number.parseInt(String(child.pid), 10)}`), {
        timeout: 20_000,
      })
      .toBe(false)
  })
})

describe('mb plugin install of a name', () => {
  it('guesses nothing where a folder and a marketplace may be meant', async () => {
    await using place = await Place.open()
    await mkdir(join(place.folder, 'acme', 'pdf'), { recursive: true })
    await mkdir(place.home)
    await writeFile(
      join(place.home, 'config.yaml'),
      'marketplace:\n  repositories: [{ name: ours, url: "https://127.0.0.1:1" }]\n',
    )
    expect(await place.mb(['plugin', 'install', 'acme/pdf', '--yes'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error Cannot tell which "acme/pdf" is meant: there is one in this folder, and a marketplace may have a plugin of that name (MB_SOURCE_AMBIGUOUS)\nhint  Write ./acme/pdf for that one, or marketplace:acme/pdf for the plugin there\n',
    })
    expect((await place.mb(['plugin', 'install', 'marketplace:acme/pdf', '--yes'])).code).toBe(5)
    expect((await place.mb(['plugin', 'install', 'acme/doc', '--yes'])).code).toBe(5)
    expect(await place.mb(['plugin', 'install', './acme/pdf', '--yes'])).toMatchObject({
      stderr: expect.stringContaining('MB_MANIFEST_MISSING'),
    })
  })

  it('refuses options that say nothing of a source', async () => {
    await using place = await Place.open()
    for (const [option, source] of [
      ['--link', 'marketplace:acme/pdf'],
      ['--checksum=abc', 'marketplace:acme/pdf'],
      ['--accept-key=abc', './notes'],
    ] as const)
      expect(await place.mb(['plugin', 'install', source, option])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('MB_CLI_USAGE'),
      })
    expect(await place.mb(['plugin', 'install', './notes.zip', '--checksum', 'abc'])).toMatchObject(
      {
        code: 2,
        stderr: expect.stringContaining('MB_CLI_VALUE'),
      },
    )
  })
})
