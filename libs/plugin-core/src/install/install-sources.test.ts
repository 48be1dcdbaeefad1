import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { defaultConfiguration } from '../configuration/configuration.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { openInternet } from '../fixtures/internet.ts'
import { listing } from '../fixtures/listing.ts'
import { openNpmRegistry, pack } from '../fixtures/npm-registry.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import type { NetworkWay } from '../fetch/network-way.ts'
import type { PluginHostOptions } from '../host/host-options.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import type { InstallStep } from './install-options.ts'

interface World {
  readonly home: string
  readonly open: (
    way: NetworkWay,
    trustedSources: readonly string[],
    options?: Partial<PluginHostOptions>,
  ) => Promise<PluginHost>
}

function world(root: string): World {
  const home = join(root, 'home')
  return {
    home,
    open: (way, trustedSources, options = {}) =>
      openPluginHost({
        home,
        workspace: root,
        consent: async () => true,
        scan: async () => ({ verdict: 'pass', findings: [] }),
        fetching: way,
        configuration: {
          values: {
            ...defaultConfiguration,
            plugins: { ...defaultConfiguration.plugins, trustedSources, maxPackageMb: 1 },
          },
        },
        ...options,
      }),
  }
}

/** A signed package, as an archive that npm would make. */
async function archive(root: string): Promise<Buffer> {
  const folder = await writePlugin(join(root, 'signed'), { key: generateSigningKey() })
  return await pack(join(root, 'archive'), folder)
}

describe('PluginHost.install()', () => {
  it('takes an address the whole way: fetch, verify, scan, consent, commit', async () => {
    await using folder = await temporaryFolder()
    const bytes = await archive(folder.path)
    await using internet = await openInternet({
      'a.example': (_request, response) => response.end(bytes),
    })
    const { home, open } = world(folder.path)
    const asked: unknown[] = []
    const steps: InstallStep[] = []
    const host = await open(internet.way, ['a.example'], {
      consent: async ({ source }) => {
        asked.push(source)
        return true
      },
    })
    const installed = await host.install('https://a.example/notes.tgz?token=s3cr3t', {
      onStep: (step) => steps.push(step),
    })
    expect(installed).toMatchObject({
      id: 'local/notes',
      signature: { status: 'signed' },
      source: expect.stringMatching(/^https:\/\/a\.example\/notes\.tgz\?…#sha256=[0-9a-f]{64}$/),
    })
    expect(asked).toEqual([installed.source])
    expect(steps).toEqual(['fetch', 'verify', 'scan', 'consent', 'commit'])
    await expectWhole(home)
  })

  it('takes a package of npm that says nothing of its files, and tells what is no plugin', async () => {
    await using folder = await temporaryFolder()
    await using registry = await openNpmRegistry(folder.path)
    const { home, open } = world(folder.path)
    const source = await writePlugin(join(folder.path, 'source'))
    const integrity = await registry.publish(source, { name: '@acme/notes', version: '1.0.0' })
    const host = await open({ env: registry.env }, ['npm:@acme/*', 'npm:left'])
    expect(await host.install('npm:@acme/notes')).toMatchObject({
      id: 'local/notes',
      signature: { status: 'unsigned' },
      source: `npm:@acme/notes@1.0.0#${integrity}`,
    })
    await expectWhole(home)
    const before = await listing(home)
    const none = join(folder.path, 'none')
    await mkdir(none)
    await writeFile(join(none, 'index.js'), '')
    await registry.publish(none, { name: 'left', version: '1.0.0' })
    await expect(host.install('npm:left')).rejects.toMatchObject({ code: 'MB_MANIFEST_MISSING' })
    expect(await listing(home)).toEqual(before)
  })

  it('takes the plugin from where its package says that it is, and from nowhere outside', async () => {
    await using folder = await temporaryFolder()
    await using registry = await openNpmRegistry(folder.path)
    const { home, open } = world(folder.path)
    await writePlugin(join(folder.path, 'source', 'plugin'))
    const host = await open({ env: registry.env }, ['npm:notes', 'npm:evil'])
    const publish = (name: string, place: string): Promise<string> =>
      registry.publish(join(folder.path, 'source'), { name, version: '3.0.0', 'mb-plugin': place })
    await publish('evil', '../../../../source/plugin/plugin.json')
    await expect(host.install('npm:evil')).rejects.toMatchObject({ code: 'MB_MANIFEST_MISSING' })
    await publish('notes', './plugin/plugin.json')
    expect(await host.install('npm:notes')).toMatchObject({
      version: '1.0.0',
      source: expect.stringMatching(/^npm:notes@3\.0\.0#/),
    })
    await expectWhole(home)
  })

  it('asks once about what nobody signed, as long as it comes from the same place', async () => {
    await using folder = await temporaryFolder()
    await using registry = await openNpmRegistry(folder.path)
    const { open } = world(folder.path)
    const asked: string[] = []
    const host = await open({ env: registry.env }, ['npm:notes', 'npm:other'], {
      consent: async ({ version, source }) => {
        asked.push(`${version} ${source.slice(0, source.indexOf('#'))}`)
        return true
      },
    })
    const publish = async (name: string, version: string): Promise<void> => {
      const source = await writePlugin(join(folder.path, 'source'), { manifest: { version } })
      await registry.publish(source, { name, version })
    }
    await publish('notes', '1.0.0')
    await host.install('npm:notes')
    await publish('notes', '1.1.0')
    expect((await host.install('npm:notes')).version).toBe('1.1.0')
    expect(asked).toEqual(['1.0.0 npm:notes@1.0.0'])
    await publish('other', '1.2.0')
    await host.install('npm:other')
    expect(asked).toEqual(['1.0.0 npm:notes@1.0.0', '1.2.0 npm:other@1.2.0'])
  })

  it('asks again where only the query of an address tells one publisher from another', async () => {
    await using folder = await temporaryFolder()
    const unsigned = async (version: string): Promise<Buffer> => {
      const source = await writePlugin(join(folder.path, version), { manifest: { version } })
      return await pack(join(folder.path, `${version}.tgz`), source)
    }
    const [ours, theirs] = [await unsigned('1.0.0'), await unsigned('1.1.0')]
    await using internet = await openInternet({
      'a.example': ({ url = '' }, response) => response.end(url.endsWith('=us') ? ours : theirs),
    })
    const { open } = world(folder.path)
    const asked: string[] = []
    const host = await open(internet.way, ['a.example'], {
      consent: async ({ version }) => {
        asked.push(version)
        return true
      },
    })
    await host.install('https://a.example/get?id=us')
    await host.install('https://a.example/get?id=us')
    await host.install('https://a.example/get?id=mallory')
    expect(asked).toEqual(['1.0.0', '1.1.0'])
  })

  it('takes the archive of a release', async () => {
    await using folder = await temporaryFolder()
    const bytes = await archive(folder.path)
    await using internet = await openInternet({
      'api.example': ({ url = '' }, response) => {
        if (url.endsWith('/assets/7')) response.end(bytes)
        else
          response.end(
            JSON.stringify({ tag_name: 'v1', assets: [{ id: 7, name: 'notes-1.0.0.tgz' }] }),
          )
      },
    })
    const { home, open } = world(folder.path)
    const way = { ...internet.way, githubApi: 'https://api.example' }
    const host = await open(way, ['github:acme/notes'])
    expect((await host.install('github:acme/notes')).source).toMatch(
      /^github:acme\/notes@v1#notes-1\.0\.0\.tgz sha256=[0-9a-f]{64}$/,
    )
    await expectWhole(home)
  })

  it.each([
    ['a source that is not trusted', 'https://b.example/x', 'MB_SOURCE_UNTRUSTED'],
    ['what is no archive', 'https://a.example/text', 'MB_ARCHIVE_FORM'],
    ['what is too large', 'https://a.example/large', 'MB_SOURCE_TOO_LARGE'],
    [
      'what has another digest',
      `https://a.example/x#sha256=${'0'.repeat(64)}`,
      'MB_SOURCE_CHECKSUM',
    ],
    ['what is not there', 'https://a.example/nothing', 'MB_SOURCE_NOT_FOUND'],
    ['an archive in an archive', 'https://a.example/inside', 'MB_MANIFEST_MISSING'],
    ['a marketplace, where none is open', 'marketplace:acme/notes', 'MB_SOURCE_INVALID'],
    ['http', 'http://a.example/x', 'MB_SOURCE_INVALID'],
  ])('makes nothing of %s', async (_, source, code) => {
    await using folder = await temporaryFolder()
    const bytes = await archive(folder.path)
    await writeFile(join(folder.path, 'inside'), bytes)
    const inside = await pack(join(folder.path, 'other'), join(folder.path, 'archive'))
    await using internet = await openInternet({
      'a.example': ({ url = '' }, response) => {
        if (url === '/text') response.end('a'.repeat(2000))
        else if (url === '/large') response.end(Buffer.alloc(2 * 1024 * 1024))
        else if (url === '/nothing') response.writeHead(404).end()
        else response.end(url === '/inside' ? inside : bytes)
      },
    })
    const { home, open } = world(folder.path)
    const host = await open(internet.way, ['a.example'])
    await expect(host.install(source)).rejects.toMatchObject({ code })
    expect(existsSync(home)).toBe(false)
  })

  it('leaves nothing when it is stopped while something comes', async () => {
    await using folder = await temporaryFolder()
    const controller = new AbortController()
    await using internet = await openInternet({
      'a.example': (_request, response) => {
        response.writeHead(200, { 'content-length': 1000 }).write('some')
        controller.abort(new Error('enough'))
      },
    })
    const { home, open } = world(folder.path)
    const host = await open(internet.way, ['a.example'])
    await expect(
      host.install('https://a.example/x', { signal: controller.signal }),
    ).rejects.toThrow('enough')
    expect(existsSync(home)).toBe(false)
  })

  it('sweeps what a process left that was killed while npm was fetching', async () => {
    await using folder = await temporaryFolder()
    const { home, open } = world(folder.path)
    const [bin, mark] = [join(folder.path, 'bin'), join(folder.path, 'started')]
    await mkdir(bin)
    await writeFile(
      join(bin, 'npm'),
      `#!/bin/sh\necho part > "$5/part.tgz"; echo $$ > ${mark}; exec sleep 600\n`,
      {
        mode: 0o755,
      },
    )
    const program = fileURLToPath(new URL('../fixtures/fetch-and-wait.ts', import.meta.url))
    const child = spawn(process.execPath, ['--conditions=@mb/source', program, home, 'npm:notes'], {
      env: { PATH: `${bin}:${process.env['PATH']}` },
      stdio: 'inherit',
    })
    await expect
      .poll(() => readFile(mark, 'utf8').catch(() => ''), { timeout: 30_000 })
      .not.toBe('')
    child.kill('SIGKILL')
    await once(child, 'exit')
    process.kill(Number(await readFile(mark, 'utf8')), 'SIGKILL')
    expect(await readdir(join(home, 'plugins', '.staging'))).toHaveLength(1)
    const host = await open({}, [])
    expect(host.list()).toEqual([])
    expect(existsSync(join(home, 'plugins', '.staging'))).toBe(false)
  })
})
