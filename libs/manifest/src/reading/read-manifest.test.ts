import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findManifest } from './find-manifest.ts'
import { readManifest } from './read-manifest.ts'

const text = `name: notes
version: 1.0.0
description: Takes notes
author: Acme
license: MIT
entry: dist/index.mjs
`

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-manifest-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('findManifest()', () => {
  it.each(['plugin.yaml', 'plugin.yml', 'plugin.json'])('finds %s', async (name) => {
    await writeFile(join(folder, name), '')
    expect(await findManifest(folder)).toBe(join(folder, name))
  })

  it('finds none in an empty folder, nor in one that is not there', async () => {
    expect(await findManifest(folder)).toBeUndefined()
    expect(await findManifest(join(folder, 'none'))).toBeUndefined()
  })

  it('refuses two', async () => {
    await writeFile(join(folder, 'plugin.yaml'), '')
    await writeFile(join(folder, 'plugin.json'), '')
    await expect(findManifest(folder)).rejects.toMatchObject({
      code: 'MB_MANIFEST_AMBIGUOUS',
      message: `Cannot read plugin in "${folder}": it has plugin.yaml and plugin.json`,
      hint: 'Keep one of them',
    })
  })
})

describe('readManifest()', () => {
  it('gives the manifest with the bytes that it was read from', async () => {
    await writeFile(join(folder, 'plugin.yaml'), text)
    expect(await readManifest(folder)).toMatchObject({
      manifest: { name: 'notes' },
      file: join(folder, 'plugin.yaml'),
      bytes: Buffer.from(text),
      findings: [],
    })
  })

  it.each([
    ['MB_MANIFEST_MISSING', undefined],
    ['MB_MANIFEST_INVALID', text.slice(0, 30)],
    ['MB_MANIFEST_INVALID', ''],
    ['MB_MANIFEST_INVALID', Buffer.from([0x6e, 0x3a, 0xff])],
    ['MB_MANIFEST_TOO_LARGE', Buffer.alloc(10 * 1024 * 1024, 0x20)],
  ])('throws %s', async (code, content) => {
    if (content !== undefined) await writeFile(join(folder, 'plugin.yaml'), content)
    await expect(readManifest(folder)).rejects.toMatchObject({ code, hint: expect.any(String) })
  })

  it('throws MB_MANIFEST_MISSING for a folder in its place', async () => {
    await mkdir(join(folder, 'plugin.yaml'))
    await expect(readManifest(folder)).rejects.toMatchObject({ code: 'MB_MANIFEST_MISSING' })
  })

  it('says how to name what other formats call manifest.json', async () => {
    await writeFile(join(folder, 'manifest.json'), '{}')
    await expect(readManifest(folder)).rejects.toMatchObject({
      code: 'MB_MANIFEST_MISSING',
      hint: 'Rename its manifest.json to plugin.json',
    })
  })

  it('carries all findings in its details', async () => {
    await writeFile(join(folder, 'plugin.json'), '{ "name": "notes" }')
    await expect(readManifest(folder)).rejects.toMatchObject({
      code: 'MB_MANIFEST_INVALID',
      message:
        'Cannot read "plugin.json" (line 1, column 1): the key "version" is missing (and 3 more)',
      details: { findings: { length: 4 } },
    })
  })
})
