import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '@mb/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManifestError } from '../manifest-error.ts'
import { readDigestTree } from './digest-tree.ts'
import { signStatement } from './envelope.ts'
import { generateSigningKey, readPublicKey, type SigningKey } from './signing-key.ts'
import { packageStatement, type StatementFacts } from './statement.ts'
import { verifyPackage } from './verify-package.ts'
import { writePackageMetadata } from './write-package-metadata.ts'

const manifest = `name: notes
version: 1.2.0
description: Takes notes
author: Acme
license: MIT
entry: dist/index.mjs
permissions:
  fs: { read: [{ path: "\${workspace}/**", reason: reads them }] }
`

let folder: string
let key: SigningKey

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-package-'))
  key = generateSigningKey()
  await mkdir(join(folder, 'dist'))
  await writeFile(join(folder, 'plugin.yaml'), manifest, { mode: 0o600 })
  await writeFile(join(folder, 'dist', 'index.mjs'), 'export {}\n')
  await writeFile(join(folder, 'dist', 'run'), '#!/bin/sh\n', { mode: 0o755 })
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const path = (...parts: readonly string[]): string => join(folder, ...parts)

/** Signs a statement about the folder that is right but for some facts. */
async function forge(facts: Partial<StatementFacts>): Promise<void> {
  const { tree, manifestDigest, manifest: read } = await writePackageMetadata(folder, { key })
  const statement = packageStatement({
    id: 'notes',
    version: '1.2.0',
    tree,
    manifestDigest,
    permissions: read.permissions,
    ...facts,
  })
  await writeFile(path('.milkbottle/statement.json'), JSON.stringify(signStatement(statement, key)))
}

describe('verifyPackage() of a whole package', () => {
  it('gives its facts, signed by the key that signed it', async () => {
    const written = await writePackageMetadata(folder, { key, previous: 'a'.repeat(64) })
    const facts = await verifyPackage(folder)
    expect(facts).toEqual(written)
    expect(facts.tree.files.map(({ path: file, mode }) => [file, mode])).toEqual([
      ['dist/index.mjs', '644'],
      ['dist/run', '755'],
      ['plugin.yaml', '644'],
    ])
    expect(facts.signature).toEqual({
      status: 'signed',
      keyId: key.keyId,
      publicKey: key.publicKey,
      statement: {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'notes@1.2.0', digest: { sha256: facts.tree.digest } }],
        predicateType: 'urn:milkbottle:package:v1',
        predicate: {
          name: 'notes',
          version: '1.2.0',
          manifest: { digest: { sha256: facts.manifestDigest } },
          permissions: facts.manifest.permissions,
          previous: 'a'.repeat(64),
        },
      },
    })
  })

  it('is unsigned without a key, and without metadata', async () => {
    expect((await verifyPackage(folder)).signature).toEqual({ status: 'unsigned' })
    await writePackageMetadata(folder, { key })
    expect((await writePackageMetadata(folder)).signature).toEqual({ status: 'unsigned' })
  })

  it('is the same, byte for byte, when it is made twice', async () => {
    await writePackageMetadata(folder, { key, namespace: 'acme' })
    const names = ['tree.json', 'statement.json', 'key.pub']
    const read = async (): Promise<readonly string[]> =>
      Promise.all(names.map(async (name) => readFile(path('.milkbottle', name), 'utf8')))
    const first = await read()
    await writePackageMetadata(folder, { key, namespace: 'acme' })
    expect(await read()).toEqual(first)
  })
})

const sbom = '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}'

describe('verifyPackage() of a package with a list of its contents', () => {
  it('gives it as it was handed in, bound by the signature and no part of the digest', async () => {
    const without = await writePackageMetadata(folder, { key })
    const facts = await writePackageMetadata(folder, { key, sbom })
    expect(await verifyPackage(folder)).toEqual(facts)
    expect(facts.sbom).toEqual({
      format: 'CycloneDX',
      formatVersion: '1.6',
      digest: sha256(sbom),
      text: sbom,
    })
    expect(facts.tree).toEqual(without.tree)
    expect(facts.signature).toMatchObject({
      statement: { predicate: { sbom: { digest: { sha256: sha256(sbom) } } } },
    })
    expect(without).not.toHaveProperty('sbom')
  })

  it('reads SPDX, and what nobody signed', async () => {
    const spdx = '{"spdxVersion":"SPDX-2.3"}'
    expect((await writePackageMetadata(folder, { sbom: spdx })).sbom).toMatchObject({
      format: 'SPDX',
      formatVersion: '2.3',
    })
  })

  it.each([
    ['another one', async () => writeFile(path('.milkbottle/sbom.json'), `${sbom}\n`)],
    ['none any more', async () => rm(path('.milkbottle/sbom.json'))],
  ])('refuses a signed package with %s', async (_, change) => {
    await writePackageMetadata(folder, { key, sbom })
    await change()
    await expect(verifyPackage(folder)).rejects.toMatchObject({
      code: 'MB_SIGNATURE_INVALID',
      details: { what: 'list of contents' },
    })
  })

  it('refuses one that was laid beside a signature that knows of none', async () => {
    await writePackageMetadata(folder, { key })
    await writeFile(path('.milkbottle/sbom.json'), sbom)
    await expect(verifyPackage(folder)).rejects.toMatchObject({
      code: 'MB_SIGNATURE_INVALID',
      details: { what: 'list of contents', signed: 'none' },
    })
  })

  it.each(['', '[]', 'null', '{"bomFormat":"CycloneDX"}', '{"spdxVersion":"SPDX-x"}', '{"a":1}'])(
    'refuses %j, at packaging and afterwards',
    async (text) => {
      const refusal = { code: 'MB_PACKAGE_FILE', outcome: 'refused' }
      await expect(writePackageMetadata(folder, { sbom: text })).rejects.toMatchObject(refusal)
      await writePackageMetadata(folder, {})
      await writeFile(path('.milkbottle/sbom.json'), text)
      await expect(verifyPackage(folder)).rejects.toMatchObject(refusal)
    },
  )

  it('refuses one that is too large', async () => {
    const large = `${sbom.slice(0, -1)},"x":"${'x'.repeat(8 * 1024 * 1024)}"}`
    const refusal = { code: 'MB_PACKAGE_TOO_LARGE' }
    await expect(writePackageMetadata(folder, { sbom: large })).rejects.toMatchObject(refusal)
    await writePackageMetadata(folder, {})
    await writeFile(path('.milkbottle/sbom.json'), large)
    await expect(verifyPackage(folder)).rejects.toMatchObject(refusal)
  })
})

describe('verifyPackage() refuses', () => {
  const changes: readonly (readonly [string, () => Promise<void>, string])[] = [
    [
      'one byte flipped',
      async () => writeFile(path('dist/index.mjs'), 'export {}!'),
      'Cannot trust package: "dist/index.mjs" was changed in content',
    ],
    [
      'one byte of the manifest flipped',
      async () => writeFile(path('plugin.yaml'), manifest.replace('1.2.0', '1.2.1')),
      'Cannot trust package: "plugin.yaml" was changed in content',
    ],
    [
      'a file added',
      async () => writeFile(path('dist/extra.mjs'), ''),
      'Cannot trust package: "dist/extra.mjs" was added',
    ],
    [
      'a file removed',
      async () => rm(path('dist/run')),
      'Cannot trust package: "dist/run" was removed',
    ],
    [
      'a mode changed',
      async () => chmod(path('dist/index.mjs'), 0o755),
      'Cannot trust package: "dist/index.mjs" was changed in mode',
    ],
    [
      'a tree.json that was fitted to it by hand',
      async () => {
        const tree = await readFile(path('.milkbottle/tree.json'), 'utf8')
        await writeFile(path('.milkbottle/tree.json'), tree.replace('"755"', '"644"'))
      },
      'Cannot trust package: tree.json was changed after packaging',
    ],
  ]
  it.each(changes)('%s: MB_DIGEST_MISMATCH', async (_, change, message) => {
    await writePackageMetadata(folder, { key })
    await verifyPackage(folder)
    await change()
    await expect(verifyPackage(folder)).rejects.toMatchObject({
      code: 'MB_DIGEST_MISMATCH',
      outcome: 'refused',
      message,
    })
  })

  it('a changed file whose tree.json was made anew: the signature is about the old one', async () => {
    await writePackageMetadata(folder, { key })
    const statement = await readFile(path('.milkbottle/statement.json'))
    await writeFile(path('dist/index.mjs'), 'evil()')
    await writePackageMetadata(folder, { key })
    await writeFile(path('.milkbottle/statement.json'), statement)
    await expect(verifyPackage(folder)).rejects.toMatchObject({
      code: 'MB_SIGNATURE_INVALID',
      details: { what: 'files' },
    })
  })

  it('the signature of another key', async () => {
    await writePackageMetadata(folder, { key })
    await writeFile(path('.milkbottle/key.pub'), generateSigningKey().publicKey)
    await expect(verifyPackage(folder)).rejects.toMatchObject({ code: 'MB_SIGNATURE_INVALID' })
  })

  const forgeries: readonly (readonly [string, Partial<StatementFacts>])[] = [
    ['name', { id: 'other' }],
    ['version', { version: '9.9.9' }],
    ['list of contents', { sbomDigest: '0'.repeat(64) }],
    ['manifest', { manifestDigest: '0'.repeat(64) }],
    ['files', { tree: { files: [], digest: '0'.repeat(64) } }],
    [
      'permissions',
      {
        permissions: {
          fs: { read: [], write: [] },
          net: [],
          exec: [],
          env: [],
          secrets: [],
          'http.serve': false,
          'net.unix': [],
          'system.metrics': false,
        },
      },
    ],
  ]
  it.each(forgeries)('a good signature about another %s', async (what, facts) => {
    await forge({})
    expect((await verifyPackage(folder)).signature.status).toBe('signed')
    await forge(facts)
    await expect(verifyPackage(folder)).rejects.toMatchObject({
      code: 'MB_SIGNATURE_INVALID',
      details: { what },
    })
  })

  const strays: readonly (readonly [string, () => Promise<void>])[] = [
    [
      'a file that does not belong into .milkbottle',
      async () => writeFile(path('.milkbottle/x'), ''),
    ],
    ['a folder in .milkbottle', async () => mkdir(path('.milkbottle/x'))],
    ['a key without a statement', async () => rm(path('.milkbottle/statement.json'))],
    ['a statement without a key', async () => rm(path('.milkbottle/key.pub'))],
    ['no tree.json', async () => rm(path('.milkbottle/tree.json'))],
    [
      'a tree.json that is none',
      async () => writeFile(path('.milkbottle/tree.json'), '{"files":1}'),
    ],
    ['a link', async () => symlink('/etc/passwd', path('dist/link'))],
    [
      'a link out of the metadata',
      async () => {
        await rm(path('.milkbottle/key.pub'))
        await symlink('/etc/passwd', path('.milkbottle/key.pub'))
      },
    ],
    ['a setuid program', async () => chmod(path('dist/run'), 0o4755)],
    ['names that differ in case alone', async () => writeFile(path('dist/INDEX.mjs'), '')],
    [
      'a folder that is the metadata on some systems',
      async () => {
        await mkdir(path('.MilkBottle'))
        await writeFile(path('.MilkBottle/tree.json'), '')
      },
    ],
    ['a name that Windows reserves', async () => writeFile(path('dist/nul.txt'), '')],
    ['a name that is not in NFC', async () => writeFile(path('dist/e\u0301'), '')],
  ]
  it.each(strays)('%s: MB_PACKAGE_FILE', async (_, change) => {
    await writePackageMetadata(folder, { key })
    await change()
    await expect(verifyPackage(folder)).rejects.toMatchObject({ code: 'MB_PACKAGE_FILE' })
  })

  it.each([
    ['MB_SIGNATURE_MALFORMED', 'statement.json', 'not json'],
    ['MB_SIGNATURE_MALFORMED', 'statement.json', '{}'],
    ['MB_KEY_INVALID', 'key.pub', 'not a key'],
  ])('%s: a %s of %j', async (code, name, text) => {
    await writePackageMetadata(folder, { key })
    await writeFile(path('.milkbottle', name), text)
    await expect(verifyPackage(folder)).rejects.toMatchObject({ code })
  })

  it('a private key where the public one belongs, without repeating it', async () => {
    await writePackageMetadata(folder, { key })
    await writeFile(path('.milkbottle/key.pub'), key.privateKey)
    const error: unknown = await verifyPackage(folder).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ManifestError)
    expect(error).toMatchObject({ code: 'MB_KEY_INVALID' })
    expect(String(error)).not.toContain('MC4')
  })

  it('a package over its limits', async () => {
    const limits = { maxFiles: 2 }
    await expect(readDigestTree(folder, { limits })).rejects.toMatchObject({
      code: 'MB_PACKAGE_TOO_LARGE',
    })
    await expect(readDigestTree(folder, { limits: { maxBytes: 20 } })).rejects.toMatchObject({
      code: 'MB_PACKAGE_TOO_LARGE',
    })
    await readDigestTree(folder, { limits: { maxFiles: 3 } })
  })

  it('to go on once it is told to stop', async () => {
    const reason = new Error('enough')
    await expect(verifyPackage(folder, { signal: AbortSignal.abort(reason) })).rejects.toThrow(
      reason,
    )
  })

  it('a package without a licence at publishing alone', async () => {
    await writeFile(path('plugin.yaml'), manifest.replace('license: MIT\n', ''))
    expect((await verifyPackage(folder)).findings.map(({ code }) => code)).toEqual([
      'missing-license',
    ])
    await expect(verifyPackage(folder, { publishing: true })).rejects.toMatchObject({
      code: 'MB_MANIFEST_INVALID',
    })
  })
})

describe('readPublicKey()', () => {
  it('gives the id that the key was made with, whatever the white space', () => {
    expect(readPublicKey(`\n${key.publicKey}\n\n`)).toEqual({
      keyId: key.keyId,
      publicKey: key.publicKey,
    })
    expect(key.keyId).toMatch(/^[0-9a-f]{64}$/)
  })
})
