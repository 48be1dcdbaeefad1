import { parseManifest, type PackageFacts, type PackageStatement } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { agreementTo, grantOf } from './agreement.ts'
import { approvedBy, type Approval } from './approvals.ts'
import { askConsent, type Question } from './ask-consent.ts'
import { askConsents } from './ask-consents.ts'
import type { Consent, ConsentRequest } from './consent.ts'

const keyId = 'a'.repeat(64)
const statement: PackageStatement = JSON.parse('{}')
const signed = (by: string): PackageFacts['signature'] => ({
  status: 'signed',
  keyId: by,
  publicKey: '',
  statement,
})

interface Plugin {
  readonly name?: string
  readonly version?: string
  readonly env?: string
  readonly optional?: string
}

function question(plugin: Plugin = {}, more: Partial<Question> = {}): Question {
  const { name = 'notes', version = '1.0.0', env = '[A]', optional = '[B]' } = plugin
  const manifest = parseManifest(
    `{ name: ${name}, version: ${version}, description: Takes notes, author: Acme, license: MIT, entry: a.mjs, permissions: { env: ${env} }, optionalPermissions: { env: ${optional} } }`,
  )
  return {
    id: `acme/${name}`,
    manifest,
    signature: signed(keyId),
    source: 'marketplace:town/acme/notes',
    digest: 'd'.repeat(64),
    trust: {},
    keyWasNamed: false,
    installed: undefined,
    ...more,
  }
}

/** As an update of a plugin that was agreed to as it is. */
function update(plugin: Plugin, more: Partial<Question> = {}): Question {
  const before = question({})
  const { manifest, source } = before
  const agreement = agreementTo(before, { optional: [], isExact: false, before: undefined })
  const grant = grantOf({ manifest, keyId, source }, agreement, 'then')
  const trust = { grant, signer: { keyId, pinnedAt: 'then' } }
  return question(plugin, { trust, installed: '1.0.0', ...more })
}

async function requestOf(asked: Question): Promise<ConsentRequest | undefined> {
  let seen: ConsentRequest | undefined
  await askConsent(asked, async (request) => {
    seen = request
    return true
  })
  return seen
}

const odd: Consent = async () =>
  JSON.parse('{ "isGranted": true, "optional": [null, 7, ["env:B"], { "name": "env:B" }] }')

describe('askConsent()', () => {
  const strange: readonly (readonly [string, string])[] = [
    ['undefined', 'null'],
    ['a word', '"yes"'],
    ['a number', '1'],
    ['nothing much', '{}'],
    ['a list', '[true]'],
    ['a word for true', '{ "isGranted": "true", "optional": [] }'],
    ['a yes without a list', '{ "isGranted": true }'],
    ['a yes with a word', '{ "isGranted": true, "optional": "env:B" }'],
    ['a no with a list', '{ "isGranted": false, "optional": ["env:B"] }'],
  ]
  it.each(strange)('takes %s for no yes', async (_, json) => {
    const consent: Consent = async () => JSON.parse(json)
    await expect(askConsent(question(), consent)).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_DENIED',
    })
  })

  it('grants of what is optional only what there is, however an answer names it', async () => {
    const optional = ['env:B', 'env:A', 'env:*', 'exec', '__proto__', '']
    const yes = await askConsent(question(), async () => ({ isGranted: true, optional }))
    expect(yes?.permissions.env.map(({ name }) => name)).toEqual(['A', 'B'])
    expect((await askConsent(question(), odd))?.permissions.env).toHaveLength(1)
  })

  it.each([
    ['the same', update({ version: '1.1.0' }), undefined],
    ['less', update({ version: '1.1.0', env: '[]' }), undefined],
    ['more', update({ version: '1.1.0', env: '[A, C]' }), 'It asks for more than you agreed to'],
    [
      'another major version',
      update({ version: '2.0.0' }),
      'It is version 2.0.0, and you agreed to 1.x',
    ],
    [
      'another key',
      update({ version: '1.1.0' }, { signature: signed('b'.repeat(64)), keyWasNamed: true }),
      'It comes with the signature of key bbbbbbbbbbbbbbbb, and you agreed to what came with the signature of key aaaaaaaaaaaaaaaa',
    ],
  ] as const)('asks about an update for %s only where it is more', async (_, asked, reason) => {
    const request = await requestOf(asked)
    expect(request?.reasons[0]).toBe(reason)
  })

  it('asks about an older version, unless the person wants to go back to it', async () => {
    const older = update({ version: '0.9.0' }, { installed: '1.0.0' })
    expect((await requestOf(older))?.warnings[0]).toMatch(/^It is older than 1\.0\.0/)
    const back = update({ version: '1.0.0' }, { installed: '1.2.0' })
    expect((await requestOf(back))?.warnings[0]).toMatch(/^It is older than 1\.2\.0/)
    expect(await requestOf({ ...back, isReturn: true })).toBeUndefined()
  })

  it('asks about what the scan found, whatever was agreed to', async () => {
    const finding = { id: 'MB4101', message: 'Opens a connection' }
    const low = update({ version: '1.1.0' }, { findings: [{ ...finding, severity: 'low' }] })
    expect(await requestOf(low)).toBeUndefined()
    const high = update({ version: '1.1.0' }, { findings: [{ ...finding, severity: 'high' }] })
    expect(await requestOf(high)).toMatchObject({ reasons: [], added: [] })
  })

  it('tells the key that was there before, what is wider, and what is gone', async () => {
    const asked = update(
      { version: '1.1.0', env: '[C]' },
      { signature: signed('b'.repeat(64)), keyWasNamed: true },
    )
    expect(await requestOf(asked)).toMatchObject({
      signature: { known: true, replaces: keyId },
      added: [{ target: 'C' }],
      removed: [{ target: 'A' }],
      warnings: ['It is signed by another key than before'],
    })
  })
})

describe('askConsents()', () => {
  const one = question({ name: 'one' })
  const two = question({ name: 'two' })

  it('asks about each in its turn, and about none whose grant holds', async () => {
    const asked: string[] = []
    const agreements = await askConsents(
      [one, update({ version: '1.1.0' }), two],
      async ({ id }) => {
        asked.push(id)
        return true
      },
    )
    expect(asked).toEqual(['acme/one', 'acme/two'])
    expect(agreements.map((each) => each?.range)).toEqual(['1.x', undefined, '1.x'])
  })

  it('takes one no for a no to all, and asks no further', async () => {
    const asked: string[] = []
    const consent: Consent = async ({ id }) => {
      asked.push(id)
      return false
    }
    await expect(askConsents([one, two], consent)).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_DENIED',
    })
    expect(asked).toEqual(['acme/one'])
  })

  it('tells of all of them where nobody can be asked, or nothing is approved', async () => {
    const plugins = [{ plugin: 'acme/one' }, { plugin: 'acme/two' }]
    await expect(askConsents([one, two], undefined)).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_NEEDED',
      details: { approvals: plugins },
    })
    const nothing: readonly Approval[] = []
    await expect(askConsents([one, two], approvedBy(nothing))).rejects.toMatchObject({
      code: 'MB_APPROVAL_MISSING',
      details: { approvals: plugins },
    })
  })
})
