import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { noPermissions } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { homeLayout, type HomeLayout } from '../store/home-layout.ts'
import { coversRequest } from './covers-request.ts'
import { readGrants, writeTrust, type Grant } from './grants.ts'

const keyId = 'a'.repeat(64)
const first = {
  permissions: { ...noPermissions, env: [{ name: 'A' }] },
  grantedAt: '2026-01-01T00:00:00.000Z',
  requestHash: 'b'.repeat(64),
  version: '1.4.2',
}

async function homeWith(folder: string, grants: unknown): Promise<HomeLayout> {
  const layout = homeLayout(join(folder, 'home'))
  await mkdir(layout.home)
  await writeFile(layout.grants, typeof grants === 'string' ? grants : JSON.stringify(grants))
  return layout
}

describe('readGrants()', () => {
  it('reads the first form: what was signed holds for its major version, what was not for its version', async () => {
    await using folder = await temporaryFolder()
    const layout = await homeWith(folder.path, {
      version: 1,
      plugins: {
        'acme/notes': { grant: { ...first, keyId }, signer: { keyId, pinnedAt: 'then' } },
        'local/notes': { grant: first },
        'acme/gone': { signer: { keyId, pinnedAt: 'then' } },
      },
    })
    const grants = await readGrants(layout)
    expect(Object.fromEntries(grants)).toEqual({
      'acme/notes': {
        grant: { ...first, keyId, range: '1.x' },
        signer: { keyId, pinnedAt: 'then' },
      },
      'local/notes': { grant: { ...first, range: '1.4.2' } },
      'acme/gone': { signer: { keyId, pinnedAt: 'then' } },
    })
    const manifest = { permissions: first.permissions, optionalPermissions: noPermissions }
    const unsigned = { keyId: undefined, source: '/home/ada/notes' }
    const grant = grants.get('local/notes')?.grant
    const same = { ...unsigned, manifest: { ...manifest, version: '1.4.2' } }
    const next = { ...unsigned, manifest: { ...manifest, version: '1.4.3' } }
    expect([coversRequest(grant, same), coversRequest(grant, next)]).toEqual([true, false])
  })

  it('reads what was written, in the present form, for the owner alone', async () => {
    await using folder = await temporaryFolder()
    const layout = await homeWith(folder.path, { version: 1, plugins: {} })
    const grant: Grant = {
      ...first,
      range: '1.x',
      source: '/home/ada/notes',
      revoked: { ...noPermissions, 'http.serve': true },
    }
    await writeTrust(layout, 'local/notes', { grant })
    expect((await readGrants(layout)).get('local/notes')).toEqual({ grant })
    expect(JSON.parse(await readFile(layout.grants, 'utf8'))).toMatchObject({ version: 2 })
    expect((await stat(layout.grants)).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['garbage', 'nonsense'],
    ['a later form', { version: 3, plugins: {} }],
    [
      'a version that is none',
      { version: 2, plugins: { a: { grant: { ...first, version: '*' } } } },
    ],
    [
      'a range that is none',
      { version: 2, plugins: { a: { grant: { ...first, range: 'any!' } } } },
    ],
    ['a key too many', { version: 2, plugins: { a: { grant: { ...first, all: true } } } }],
    [
      'permissions that are none',
      { version: 2, plugins: { a: { grant: { ...first, permissions: [] } } } },
    ],
  ])('refuses %s, and leaves it as it is', async (_, grants) => {
    await using folder = await temporaryFolder()
    const layout = await homeWith(folder.path, grants)
    const before = await readFile(layout.grants, 'utf8')
    await expect(readGrants(layout)).rejects.toMatchObject({ code: 'MB_GRANTS_BROKEN' })
    await expect(writeTrust(layout, 'a/b', {})).rejects.toMatchObject({ code: 'MB_GRANTS_BROKEN' })
    expect(await readFile(layout.grants, 'utf8')).toBe(before)
  })
})
