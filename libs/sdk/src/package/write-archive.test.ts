import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { extractArchive, readDigestTree, whyBadPath } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../fixtures/property-runs.ts'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { writeArchive, type ArchiveForm } from './write-archive.ts'

const forms: readonly ArchiveForm[] = ['zip', 'tar.gz', 'npm']

// Long ones too: a tar header holds 100 bytes of a name, and the rest goes elsewhere.
const part = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.stringMatching(/^[a-z]{60,120}$/),
)
const path = fc
  .array(part, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/').normalize('NFC'))
  .filter((text) => whyBadPath(`package/${text}`) === undefined && !text.startsWith('.milkbottle'))
const tree = fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 300 }), fc.boolean()), {
  minLength: 1,
  maxLength: 6,
  // No name may be a folder of another, or be it but for its case.
  selector: ([name]) => name.toLowerCase().split('/')[0] ?? '',
})

describe('writeArchive()', () => {
  it('keeps names, contents and modes of any files, in each form', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        await using folder = await TemporaryFolder.make()
        for (const [name, content, isExecutable] of files) {
          await folder.write({ [`in/${name}`]: content })
          await chmod(folder.file(`in/${name}`), isExecutable ? 0o755 : 0o644)
        }
        const before = await readDigestTree(folder.file('in'))
        for (const form of forms) {
          const goal = folder.file('archive')
          const { temporary } = await writeArchive(form, folder.file('in'), before.files, { goal })
          await extractArchive(temporary, folder.file(form))
          expect(await readDigestTree(folder.file(form))).toEqual(before)
        }
      }),
      { numRuns: propertyRuns(15) },
    )
  }, 240_000)

  it('leaves nothing when a file is gone, or the signal comes', async () => {
    await using folder = await TemporaryFolder.make({ 'in/a': 'a' })
    await mkdir(folder.file('out'))
    const entries = [
      { path: 'a', mode: '644' },
      { path: 'gone', mode: '644' },
    ] as const
    const goal = folder.file('out/x.zip')
    for (const form of forms) {
      await expect(writeArchive(form, folder.file('in'), entries, { goal })).rejects.toMatchObject({
        code: 'ENOENT',
      })
      await expect(
        writeArchive(form, folder.file('in'), entries, { goal, signal: AbortSignal.abort() }),
      ).rejects.toMatchObject({ name: 'AbortError' })
    }
    expect(await folder.list()).toEqual(['in', 'in/a', 'out'])
  })

  it('says where it cannot write', async () => {
    await using folder = await TemporaryFolder.make({ 'in/a': 'a' })
    const goal = folder.file('none/x.zip')
    const entries = [{ path: 'a', mode: '644' }] as const
    for (const form of forms)
      await expect(writeArchive(form, folder.file('in'), entries, { goal })).rejects.toMatchObject({
        code: 'ENOENT',
      })
  })

  it('tells that the disk took no more, and leaves nothing', async () => {
    const noise = randomBytes(2_000_000)
    await using folder = await TemporaryFolder.make({ 'in/a': noise, 'in/b': noise })
    await mkdir(folder.file('out'))
    const script = `import { writeArchive } from './write-archive.ts'
const [directory, goal] = process.argv.slice(1)
const entries = ['a', 'b'].map((path) => ({ path, mode: '644' }))
for (const form of ${JSON.stringify(forms)})
  await writeArchive(form, directory, entries, { goal }).catch((error) => console.log(error.code))`
    // A limit on the size of files stands in for the disk: writing fails in the middle as well.
    const { stdout, stderr } = await promisify(execFile)(
      'sh',
      ['-c', 'ulimit -f 1000 && exec "$@"', 'sh', process.execPath].concat(
        ['--conditions=@mb/source', '--input-type=module', '-e', script],
        [folder.file('in'), folder.file('out/x')],
      ),
      { cwd: import.meta.dirname },
    )
    expect({ stdout, stderr }).toEqual({ stdout: 'EFBIG\nEFBIG\nEFBIG\n', stderr: '' })
    expect(await folder.list()).toEqual(['in', 'in/a', 'in/b', 'out'])
  })
})
