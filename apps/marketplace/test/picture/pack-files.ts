import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { writePackageMetadata, type SigningKey } from '@mb/manifest'
import { tarGz } from '../../src/fixtures/tar-gz.ts'

/** A signed package of some files. */
export async function packFiles(
  files: Readonly<Record<string, string | Buffer>>,
  { key, namespace }: { readonly key: SigningKey; readonly namespace: string },
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-picture-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), content)
    }
    await writePackageMetadata(folder, { key, namespace })
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
    const read = paths.map(async (path) => [relative(folder, path), await readFile(path)] as const)
    return tarGz(new Map(await Promise.all(read)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
