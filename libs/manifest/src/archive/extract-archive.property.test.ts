import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManifestError } from '../manifest-error.ts'
import { extractArchive } from './extract-archive.ts'
import { tarGz, zip } from './hostile-archives.fixture.ts'

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 5000 : 200

const entries = [
  { name: 'plugin.yaml', content: 'name: notes\n' },
  { name: 'dist/index.mjs', content: 'export {}\n'.repeat(40), deflate: true },
  { name: 'dist/run', content: '#!/bin/sh\n' },
]

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-archive-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** The archive with some bytes set, and some of its end cut off or doubled. */
const damage = fc.record({
  bytes: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
  cut: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.nat({ max: 600 }) },
  ),
})

function damaged(
  archive: Buffer,
  { bytes, cut }: { bytes: [number, number][]; cut: number },
): Buffer {
  const copy = Buffer.from(archive.subarray(0, archive.length - cut))
  for (const [place, byte] of bytes) if (copy.length > 0) copy[place % copy.length] = byte
  return copy
}

describe('extractArchive() of a damaged archive', () => {
  it.each([
    ['zip', zip(entries), (bytes: Buffer) => bytes],
    ['tar.gz', gunzipSync(tarGz(entries)), (bytes: Buffer) => gzipSync(bytes, { level: 1 })],
    ['gzip stream', tarGz(entries), (bytes: Buffer) => bytes],
  ] as const)(
    'gives a whole folder or one of our errors and nothing: %s',
    async (_, archive, wrap) => {
      const file = join(folder, 'archive')
      const out = join(folder, 'out')
      await fc.assert(
        fc.asyncProperty(damage, async (how) => {
          await writeFile(file, wrap(damaged(archive, how)))
          const error = await extractArchive(file, out).then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
          const kinds = (await readdir(folder, { recursive: true, withFileTypes: true })).map(
            (each) => each.isFile() || each.isDirectory(),
          )
          expect({
            left: (await readdir(folder)).toSorted(),
            isOurs: error instanceof ManifestError,
            isPlain: kinds.every(Boolean),
          }).toEqual(
            error === undefined
              ? { left: ['archive', 'out'], isOurs: false, isPlain: true }
              : { left: ['archive'], isOurs: true, isPlain: true },
          )
          await rm(out, { recursive: true, force: true })
        }),
        { numRuns: runs },
      )
    },
    600_000,
  )
})
