import { join } from 'node:path'
import { generateSigningKey, noPermissions, type SigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import type { Consent, ConsentRequest } from './consent.ts'

interface World {
  readonly host: PluginHost
  readonly asked: ConsentRequest[]
  readonly install: (manifest: Readonly<Record<string, unknown>>) => Promise<unknown>
  readonly names: () => Promise<readonly string[]>
}

const manifest = {
  permissions: { env: ['A'], net: [{ host: 'api.acme.example', ports: [443] }] },
  optionalPermissions: { env: ['B'], 'system.metrics': true },
}

async function world(folder: string, answer: Consent = async () => true): Promise<World> {
  const key: SigningKey = generateSigningKey()
  const asked: ConsentRequest[] = []
  const host = await openPluginHost({
    home: join(folder, 'home'),
    consent: (request) => {
      asked.push(request)
      return answer(request)
    },
  })
  let count = 0
  return {
    host,
    asked,
    install: async (changes) => {
      count += 1
      const source = join(folder, `source-${count}`)
      await host.install(await writePlugin(source, { manifest: { ...manifest, ...changes }, key }))
    },
    names: async () => {
      const { permissions = noPermissions } = (await host.grants('notes')) ?? {}
      return [
        ...permissions.env.map(({ name }) => name),
        ...permissions.net.map(({ host: name }) => name),
        ...(permissions['system.metrics'] ? ['metrics'] : []),
      ]
    },
  }
}

describe('approve()', () => {
  it('asks nobody where all is agreed to, nor to hold a plugin to one version', async () => {
    await using folder = await temporaryFolder()
    const { host, asked, install } = await world(folder.path)
    await install({})
    await host.approve('notes')
    const agreed = await host.grants('notes')
    await host.approve('notes', { isExact: true })
    expect(asked).toHaveLength(1)
    expect(await host.grants('notes')).toMatchObject({
      ...agreed,
      range: '1.0.0',
      grantedAt: expect.any(String),
    })
    // Other versions are more than that: they are asked about.
    await install({ version: '1.0.1' })
    expect(asked.at(-1)).toMatchObject({
      range: '1.x',
      reasons: ['It is version 1.0.1, and you agreed to 1.0.0'],
      added: [],
    })
  })

  it('grants what is optional by its name or kind, and keeps it over an update', async () => {
    await using folder = await temporaryFolder()
    const { host, asked, install, names } = await world(folder.path)
    await install({})
    expect(await names()).toEqual(['A', 'api.acme.example'])
    expect(asked[0]?.optional.map(({ name, isChosen }) => [name, isChosen])).toEqual([
      ['env:B', false],
      ['system.metrics', false],
    ])
    await host.approve('notes', { optional: ['env:B'] })
    expect(asked[1]?.optional.map(({ name, isChosen }) => [name, isChosen])).toEqual([
      ['env:B', true],
      ['system.metrics', false],
    ])
    expect(await names()).toEqual(['A', 'B', 'api.acme.example'])
    await host.approve('notes', { optional: ['env'] })
    expect(asked).toHaveLength(2)
    await install({ version: '1.1.0' })
    expect(asked).toHaveLength(2)
    expect(await names()).toEqual(['A', 'B', 'api.acme.example'])
    await expect(host.approve('notes', { optional: ['env:A'] })).rejects.toMatchObject({
      code: 'MB_PERMISSION_UNKNOWN',
      hint: 'Did you mean "env:B"?',
    })
  })

  it('takes what an answer chooses of what is optional, and no more', async () => {
    await using folder = await temporaryFolder()
    const optional = ['system.metrics', 'env:PATH', 'fs.write:/etc/**']
    const { install, names } = await world(folder.path, async () => ({ isGranted: true, optional }))
    await install({})
    expect(await names()).toEqual(['A', 'api.acme.example', 'metrics'])
  })
})

describe('revoke()', () => {
  it('takes back all, or what is named, which stays so until somebody approves again', async () => {
    await using folder = await temporaryFolder()
    const { host, asked, install, names } = await world(folder.path)
    await install({})
    await host.revoke('notes', ['net:api.acme.example'])
    expect(await names()).toEqual(['A'])
    await host.revoke('notes', ['net'])
    await install({ version: '1.1.0' })
    expect(await names()).toEqual(['A'])
    expect(asked).toHaveLength(1)
    await expect(host.revoke('notes', ['exec'])).rejects.toMatchObject({
      code: 'MB_PERMISSION_UNKNOWN',
    })
    await host.approve('notes')
    expect(await names()).toEqual(['A', 'api.acme.example'])
    expect(asked.at(-1)).toMatchObject({ added: [{ target: 'api.acme.example' }] })
    await host.revoke('notes')
    expect(await host.grants('notes')).toBeUndefined()
    await host.revoke('notes')
    expect(host.history('notes').map(({ action, reason }) => [action, reason])).toEqual([
      ['revoke', undefined],
      ['grant', 'good for 1.x'],
      ['update', undefined],
      ['revoke', 'taken back: net:api.acme.example'],
      ['install', undefined],
    ])
  })

  it('takes with a permission what holds it', async () => {
    await using folder = await temporaryFolder()
    const { host, install, names } = await world(folder.path)
    const net = [{ host: 'api.acme.example' }, { host: '*.acme.example' }, { host: 'b.example' }]
    await install({ permissions: { net } })
    await host.revoke('notes', ['net:api.acme.example'])
    expect(await names()).toEqual(['b.example'])
  })

  it('leaves nothing to run with when all is taken back', async () => {
    await using folder = await temporaryFolder()
    const { host, install } = await world(folder.path)
    await install({ commands: [{ name: 'look', summary: 'Look' }] })
    await host.revoke('notes')
    await expect(host.run('notes', 'look')).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_NEEDED',
      hint: 'Grant it with mb plugin approve local/notes',
    })
  })
})
