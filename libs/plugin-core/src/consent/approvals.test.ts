import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost } from '../host.ts'
import { approvalOf, approvedBy, readApprovals, writeApprovals } from './approvals.ts'
import type { ConsentRequest } from './consent.ts'

const permissions = { exec: [{ command: 'git', args: ['log'] }] }
const optionalPermissions = { env: ['A', 'B'] }

/** What a person is asked about a plugin that starts programs. */
async function requestOf(folder: string, version = '1.0.0'): Promise<ConsentRequest> {
  const source = await writePlugin(join(folder, 'source'), {
    manifest: { version, permissions, optionalPermissions },
    key: generateSigningKey(),
  })
  const asked: ConsentRequest[] = []
  const host = await openPluginHost({
    home: join(folder, 'home'),
    consent: async (request) => {
      asked.push(request)
      return false
    },
  })
  await host.install(source).catch(() => {})
  const [request] = asked
  if (request === undefined) throw new Error('Nobody was asked')
  return request
}

describe('approvals', () => {
  it('agree to nothing until somebody has set approved to true', async () => {
    await using folder = await temporaryFolder()
    const request = await requestOf(folder.path)
    const file = join(folder.path, 'approvals.json')
    await writeApprovals(file, [approvalOf(request)])
    expect(await approvedBy(await readApprovals(file))(request)).toBe(false)

    const text = await readFile(file, 'utf8')
    expect(text).toContain('"high: Start the program git log"')
    await writeFile(file, text.replace('"approved": false', '"approved": true'))
    expect(await approvedBy(await readApprovals(file))(request)).toBe(true)
  })

  it.each([
    ['no approval is about it', { id: 'local/other' }],
    ['what was approved has another version', { version: '1.0.1' }],
    ['what was approved has other content', { digest: 'a'.repeat(64) }],
    ['what was approved has another signer', { signature: { status: 'unsigned', known: false } }],
    ['what was approved holds for other versions', { range: '1.x || 2.x' }],
    ['what was approved has other permissions', { permissionsHash: 'b'.repeat(64) }],
  ] as const)('say of another package that %s', async (reason, change) => {
    await using folder = await temporaryFolder()
    const request = await requestOf(folder.path)
    const consent = approvedBy([{ ...approvalOf(request), approved: true }])
    expect(await consent(request)).toBe(true)
    const other = { ...request, ...change }
    await expect(consent(other)).rejects.toMatchObject({
      code: 'MB_APPROVAL_MISSING',
      outcome: 'refused',
      message: `Cannot install "${other.id}": ${reason}`,
      details: { approval: approvalOf(other) },
    })
  })

  it('refuse an entry that says something else to a person than to a program', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'approvals.json')
    const text = JSON.stringify({ approvals: [approvalOf(await requestOf(folder.path))] })
    await writeFile(
      file,
      text.replace('"approved":false', '"approved":false,"\\u0061pproved":true'),
    )
    await expect(readApprovals(file)).rejects.toMatchObject({ code: 'MB_APPROVAL_INVALID' })
  })

  it('agree to nothing when two entries about the very package say different things', async () => {
    await using folder = await temporaryFolder()
    const request = await requestOf(folder.path)
    const [no, yes] = [false, true].map((approved) => ({ ...approvalOf(request), approved }))
    if (no === undefined || yes === undefined) throw new TypeError('No approvals')
    expect(await approvedBy([yes, yes])(request)).toBe(true)
    for (const both of [
      [no, yes],
      [yes, no],
    ])
      expect(await approvedBy(both)(request)).toBe(false)
  })

  it('agree to nothing when the words beside the hash are not those of the request', async () => {
    await using folder = await temporaryFolder()
    const request = await requestOf(folder.path)
    const softened = { ...approvalOf(request), permissions: ['low: Nothing much'], approved: true }
    await expect(approvedBy([softened])(request)).rejects.toThrow(
      'what was approved has other words',
    )
  })

  it('agree to single optional permissions, each for itself', async () => {
    await using folder = await temporaryFolder()
    const request = await requestOf(folder.path)
    const file = join(folder.path, 'approvals.json')
    await writeApprovals(file, [approvalOf(request)])
    const text = await readFile(file, 'utf8')
    expect(approvalOf(request).optional).toEqual([
      { permission: 'env:A', words: 'high: Read the environment variable A', approved: false },
      { permission: 'env:B', words: 'high: Read the environment variable B', approved: false },
    ])
    const [head = '', a = '', b = '', end = ''] = text.split('"approved": false')
    const answer = async (...approved: readonly [boolean, boolean, boolean]): Promise<unknown> => {
      const [first, second, whole] = approved.map((each) => `"approved": ${each}`)
      await writeFile(file, `${head}${whole}${a}${first}${b}${second}${end}`)
      return await approvedBy(await readApprovals(file))(request)
    }
    expect(await answer(true, false, true)).toEqual({ isGranted: true, optional: ['env:A'] })
    expect(await answer(true, true, true)).toEqual({
      isGranted: true,
      optional: ['env:A', 'env:B'],
    })
    expect(await answer(false, false, true)).toBe(true)
    // What is optional is no yes to the plugin.
    expect(await answer(true, true, false)).toBe(false)
  })

  it('agree to nothing optional that two entries disagree on, nor under other names or words', async () => {
    await using folder = await temporaryFolder()
    const request = await requestOf(folder.path)
    const { optional, ...entry } = approvalOf(request)
    const chosen = optional.map((each) => ({ ...each, approved: true }))
    const yes = { ...entry, approved: true, optional: chosen }
    expect(await approvedBy([yes, { ...yes, optional }])(request)).toBe(true)
    for (const other of [
      chosen.slice(0, 1),
      chosen.toReversed(),
      chosen.map((each) => ({ ...each, words: 'low: Nothing much' })),
      chosen.map((each) => ({ ...each, permission: 'system.metrics' })),
    ])
      await expect(approvedBy([{ ...yes, optional: other }])(request)).rejects.toMatchObject({
        code: 'MB_APPROVAL_MISSING',
      })
  })

  it('hold as the consent of a host: the very package is installed, and another is not', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const approval = { ...approvalOf(await requestOf(folder.path)), approved: true }
    const host = await openPluginHost({ home, consent: approvedBy([approval]) })
    const before = await listing(home)
    const other = await writePlugin(join(folder.path, 'other'), { manifest: { permissions } })
    await expect(host.install(other)).rejects.toMatchObject({ code: 'MB_APPROVAL_MISSING' })
    expect(await listing(home)).toEqual(before)
    expect(await host.install(join(folder.path, 'source'))).toMatchObject({ id: 'local/notes' })
  })

  it('are read as they were written', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'approvals.json')
    const hash = fc.stringMatching(/^[0-9a-f]{64}$/)
    const approval = fc.record({
      plugin: fc.string({ maxLength: 129 }),
      version: fc.string({ maxLength: 128 }),
      range: fc.string({ maxLength: 256 }),
      digest: hash,
      signer: fc.option(hash),
      permissions: fc.array(fc.string({ maxLength: 200 }), { maxLength: 3 }),
      optional: fc.array(
        fc.record({ permission: fc.string(), words: fc.string(), approved: fc.boolean() }),
        { maxLength: 3 },
      ),
      permissionsHash: fc.string({ maxLength: 128 }),
      approved: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(approval, { maxLength: 3 }), async (approvals) => {
        await writeApprovals(file, approvals)
        expect(await readApprovals(file)).toEqual(approvals)
      }),
      { numRuns: process.env['MB_TEST_SIZE'] === 'full' ? 1000 : 50 },
    )
  })

  it.each([
    ['garbage', 'nonsense', 'it is no JSON'],
    ['a word for true', '{"approvals":[{"approved":"yes"}]}', 'has another form'],
    ['a key twice', '{"approvals":[],"approvals":[]}', 'a member stands twice in it'],
    ['a key too many', '{"approvals":[],"all":true}', 'has another form'],
    ['too much', ' '.repeat(1024 * 1024 + 1), 'it is larger than 1048576 bytes'],
  ])('refuse a file with %s', async (_, text, reason) => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'approvals.json')
    await writeFile(file, text)
    await expect(readApprovals(file)).rejects.toMatchObject({ code: 'MB_APPROVAL_INVALID' })
    await expect(readApprovals(file)).rejects.toThrow(reason)
  })

  it('refuse a file that others may write to, a link, a folder, and none at all', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'approvals.json')
    await writeApprovals(file, [])
    expect(await readApprovals(file)).toEqual([])
    await symlink(file, join(folder.path, 'link'))
    await mkdir(join(folder.path, 'folder'))
    for (const name of ['link', 'folder', 'none'])
      await expect(readApprovals(join(folder.path, name))).rejects.toMatchObject({
        code: 'MB_APPROVAL_INVALID',
      })
    await expect(readApprovals(join(folder.path, 'link'))).rejects.toThrow('it is a link')
    await chmod(file, 0o666)
    await expect(readApprovals(file)).rejects.toThrow('everybody may write to it')
  })
})
