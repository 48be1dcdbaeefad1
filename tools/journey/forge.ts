import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractArchive } from '@mb/manifest'
import { must } from '../tour/must.ts'
import { runProgram } from '../tour/run-program.ts'

/** The archive of a package after somebody changed its folder; nothing of it is signed anew. */
export async function forge(
  archive: string,
  change: (folder: string) => Promise<void>,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-forge-'))
  try {
    const staged = join(folder, 'package')
    await extractArchive(archive, staged)
    const writable = join(folder, 'writable')
    await cp(staged, writable, { recursive: true })
    await change(writable)
    const file = join(folder, 'forged.tar.gz')
    const names = (await readdir(writable)).toSorted()
    await must(
      runProgram('tar', ['-czf', file, '--owner=0', '--group=0', '-C', writable, ...names], {
        cwd: folder,
        env: process.env,
      }),
    )
    return await readFile(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
