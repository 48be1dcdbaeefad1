import { generateSigningKey, packageStatement, noPermissions, signStatement } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { wireLimits } from './limits.ts'
import { versionSchema } from './names.ts'
import { problem, problemCodes, problemSchema, isProblemCode } from './problem.ts'
import { routes } from './routes.ts'

const moment = '2026-01-31T12:00:00.000Z'
const key = generateSigningKey()
const sha256 = 'ab'.repeat(32)

const summary = {
  id: 'acme/pdf',
  namespace: 'acme',
  name: 'pdf',
  version: '1.0.0',
  description: 'Reads PDF',
  author: 'Ada',
  keywords: ['pdf'],
  updatedAt: moment,
  permissions: [{ words: 'Read all files in the folder you are in', risk: 'medium' }],
  highestRisk: 'medium',
  signedBy: key.keyId,
}

const version = {
  id: 'acme/pdf',
  version: '1.0.0',
  publishedAt: moment,
  archive: { form: 'zip', bytes: 100, sha256 },
  digest: sha256,
  keyId: key.keyId,
  publicKey: key.publicKey,
  statement: signStatement(
    packageStatement({
      id: 'acme/pdf',
      version: '1.0.0',
      tree: { files: [], digest: sha256 },
      manifestDigest: sha256,
      permissions: noPermissions,
    }),
    key,
  ),
  permissions: [{ kind: 'env', target: 'LANG', words: 'Read LANG', risk: 'high', reason: 'for x' }],
  commands: [{ name: 'pdf', summary: 'Reads one' }],
  runtime: 'node',
  license: 'MIT',
  scan: { verdict: 'warn', findings: [{ code: 'MB4101', message: 'x', severity: 'medium' }] },
}

const detail = {
  ...summary,
  license: 'MIT',
  readme: '# PDF',
  versions: [{ version: '1.0.0', publishedAt: moment, bytes: 1, digest: sha256, keyId: key.keyId }],
  keys: [{ keyId: key.keyId, publicKey: key.publicKey, enrolledAt: moment }],
}

const status = {
  id: 'p_1-x',
  state: 'rejected',
  sha256,
  bytes: 1,
  reasons: [{ code: 'MB_MANIFEST_INVALID', message: 'x', file: 'plugin.yaml', line: 1, column: 2 }],
  warnings: [],
  receivedAt: moment,
  finishedAt: moment,
}

const answers = {
  search: [routes.search.answer, { query: 'pdf', total: 1, hits: [summary] }],
  plugin: [routes.plugin.answer, detail],
  version: [routes.version.answer, version],
  publish: [routes.publish.answer, status],
  whoami: [
    routes.whoami.answer,
    {
      account: 'ada',
      namespaces: ['acme'],
      token: { id: 't', createdAt: moment, expiresAt: moment },
    },
  ],
} as const

describe('an answer', () => {
  it.each(Object.entries(answers))('of %s is read as it is', (_, [schema, value]) => {
    expect(schema.parse(JSON.parse(JSON.stringify(value)))).toEqual(value)
  })

  it.each(Object.entries(answers))(
    'of %s is read without what is not known',
    (_, [schema, value]) => {
      const text = JSON.stringify(value)
      const more = `${text.slice(0, -1)},"unknown":1,"__proto__":{"polluted":1}}`
      const read = schema.parse(JSON.parse(more))
      expect(read).toEqual(value)
      expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    },
  )

  it.each<readonly [string, object]>([
    ['an id of another name', { id: 'acme/doc' }],
    ['a name that leads out', { name: '..', id: 'acme/..' }],
    ['a capital', { name: 'Pdf', id: 'acme/Pdf' }],
    ['a look-alike', { namespace: 'аcme', id: 'аcme/pdf' }],
    ['a name of 300 characters', { name: 'p'.repeat(300), id: `acme/${'p'.repeat(300)}` }],
    ['an endless description', { description: 'x'.repeat(2001) }],
    ['too many keywords', { keywords: Array.from({ length: 65 }, () => 'x') }],
    ['an unknown risk', { highestRisk: 'none' }],
    ['a moment without zone', { updatedAt: '2026-01-31T12:00:00' }],
    ['a readme that is too long', { readme: 'x'.repeat(wireLimits.readmeBytes + 1) }],
    ['a key id that is none', { signedBy: 'AB'.repeat(32) }],
  ])('of plugin is refused with %s', (_, changed) => {
    expect(routes.plugin.answer.safeParse({ ...detail, ...changed }).success).toBe(false)
  })
})

describe('versionSchema', () => {
  it.each(['1.0.0', '0.0.0', '10.20.30', '1.0.0-rc.1', '1.0.0+b.7', '1.0.0-0a.b-c+001'])(
    'takes %j',
    (text) => {
      expect(versionSchema.safeParse(text).success).toBe(true)
    },
  )
  it.each([
    '',
    '1',
    '1.0',
    'v1.0.0',
    '01.0.0',
    '1.0.0-01',
    '1.0.0 ',
    '1.0.0\n',
    '1.0.0/..',
    '1.0.0-',
    '9999999999999999.0.0',
    `1.0.0-${'a'.repeat(128)}`,
  ])('refuses %j', (text) => {
    expect(versionSchema.safeParse(text).success).toBe(false)
  })
  it('answers fast, whatever it is asked', () => {
    const cpu = process.cpuUsage()
    versionSchema.safeParse(`1.0.0-${'0'.repeat(500_000)}!`)
    versionSchema.safeParse(`1.0.0-${'a.'.repeat(60)}!`)
    // Milliseconds; what grows with the square of the length takes minutes.
    expect(process.cpuUsage(cpu).user / 1000).toBeLessThan(4000)
  })
})

describe('problems', () => {
  it('have statuses of errors, and are read as they are written', () => {
    for (const code of Object.keys(problemCodes).filter((each) => isProblemCode(each))) {
      const made = problem(code, 'Something', { hint: 'Do this', reasons: status.reasons })
      expect(problemSchema.parse(made)).toEqual(made)
      expect(made.status).toBeGreaterThanOrEqual(400)
    }
    expect(isProblemCode('toString')).toBe(false)
  })
})
