import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { Place, program, type MbRun } from './mb.ts'

const run = promisify(execFile)
const identityLength = 96

/** A person with a cache folder, in which the code of `mb --version` is kept. */
class Kept implements AsyncDisposable {
  readonly place: Place
  readonly file: string

  private constructor(place: Place, file: string) {
    this.place = place
    this.file = file
  }

  static async open(): Promise<Kept> {
    const place = await Place.open()
    await mkdir(join(place.root, '.cache'))
    await place.mb(['--version'])
    const folder = join(place.root, '.cache/milkbottle/start')
    const [name = ''] = await readdir(folder)
    return new Kept(place, join(folder, name))
  }

  version(): Promise<MbRun> {
    return this.place.mb(['--version'])
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.place[Symbol.asyncDispose]()
  }
}

// V8 compares the length of the text alone.
const poisoner = `
  const { readFileSync, writeFileSync } = require('node:fs')
  const { Script } = require('node:vm')
  const [bundle, kept] = process.argv.slice(1)
  const { length } = readFileSync(bundle, 'utf8')
  const poison = 'exports.answer = () => { process.stdout.write("poisoned"); return 0 }'
  const bad = '(function (exports) { ' + poison
  const script = new Script(bad.padEnd(length - 2) + '})')
  // What has run is compiled; the rest would be compiled from the true text.
  const own = {}
  script.runInThisContext()(own)
  own.answer()
  const identity = readFileSync(kept).subarray(-${identityLength})
  writeFileSync(kept, Buffer.concat([script.createCachedData(), identity]))
`

/** Leaves code of others in place of our own, as whoever may write there could. */
async function poison({ file }: Kept): Promise<void> {
  const bundle = join(dirname(program), '../dist/router.cjs')
  await run(process.execPath, ['-e', poisoner, bundle, file])
}

const good = { code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' }

describe('compiled code that is kept', () => {
  it('is of this very file', async () => {
    await using kept = await Kept.open()
    const bytes = await readFile(kept.file)
    await poison(kept)
    const bad = await readFile(kept.file)
    // As it would be after an upgrade to a file of the same length.
    await writeFile(kept.file, bad.fill('1', bad.length - identityLength, bad.length - 80))
    expect(await kept.version()).toEqual(good)
    expect((await readFile(kept.file)).subarray(-identityLength)).toEqual(
      bytes.subarray(-identityLength),
    )
  })

  it('is made anew where V8 refuses it', async () => {
    await using kept = await Kept.open()
    const bytes = await readFile(kept.file)
    const broken = Buffer.from(bytes).fill(0xff, 0, 16)
    await writeFile(kept.file, broken)
    expect(await kept.version()).toEqual(good)
    expect((await readFile(kept.file)).equals(broken)).toBe(false)
  })

  it.each([
    { what: 'a file', of: (file: string) => file, closed: 0o600 },
    { what: 'a folder', of: dirname, closed: 0o700 },
  ])('is not run from $what that others may write to', async ({ of, closed }) => {
    await using kept = await Kept.open()
    await poison(kept)
    await chmod(of(kept.file), closed | 0o022)
    expect(await kept.version()).toEqual(good)
    // The control: from where nobody else can write it is run.
    await chmod(of(kept.file), closed)
    await poison(kept)
    expect(await kept.version()).toEqual({ ...good, stdout: 'poisoned' })
  })

  it.runIf(process.getuid?.() === 0)('is not kept in a folder of somebody else', async () => {
    await using kept = await Kept.open()
    const cache = join(kept.place.root, '.cache')
    await poison(kept)
    await chown(cache, 65_534, 65_534)
    expect(await kept.version()).toEqual(good)
    await rm(join(cache, 'milkbottle'), { recursive: true })
    await kept.place.mb(['version'])
    expect(await readdir(cache)).toEqual([])
  })

  it.each(['milkbottle', 'milkbottle/compile'])(
    'is not kept by Node where others may write to %s',
    async (open) => {
      await using place = await Place.open()
      const compiled = join(place.root, '.cache/milkbottle/compile')
      await mkdir(compiled, { recursive: true, mode: 0o700 })
      const folder = join(place.root, '.cache', open)
      await chmod(folder, 0o777)
      expect(await place.mb(['version'])).toMatchObject({ code: 0, stderr: '' })
      expect(await readdir(compiled)).toEqual([])
      // The control: closed to others it is.
      await chmod(folder, 0o700)
      await place.mb(['version'])
      expect(await readdir(compiled)).not.toEqual([])
    },
  )

  it.skipIf(isSkipped)(`cannot be written from a jail${skipReason}`, async () => {
    await using kept = await Kept.open()
    const code = await readFile(kept.file)
    const cache = join(kept.place.root, '.cache')
    const shell = ['sandbox', 'run', '--write', cache, '--', 'sh', '-c']
    // The control: beside it whatever is granted can be written.
    const script = `echo mine > ${cache}/other; echo bad > ${kept.file}`
    expect((await kept.place.mb([...shell, script])).stderr).toMatch(/Read-only file system/)
    expect(await readFile(join(cache, 'other'), 'utf8')).toBe('mine\n')
    expect(await readFile(kept.file)).toEqual(code)
  })

  it.skipIf(isSkipped)(
    `cannot be written from a jail where the cache was moved${skipReason}`,
    async () => {
      await using place = await Place.open()
      const home = join(place.root, 'home')
      const moved = join(place.root, 'moved')
      const data = join(place.root, 'data')
      await mkdir(join(home, '.cache'), { recursive: true })
      await Promise.all([mkdir(moved), mkdir(data)])
      await symlink(moved, join(place.root, 'link'))
      await symlink(data, join(home, '.cache/milkbottle'))
      const script = 'mkdir -p "$0/start"; echo bad >"$0/start/x"; echo mine >"$1/other"'
      const plant = (env: Record<string, string>, at: string, granted: string): Promise<MbRun> =>
        place.mb(['sandbox', 'run', '--write', granted, '--', 'sh', '-c', script, at, granted], {
          env,
        })
      const at = join(moved, 'milkbottle')
      for (const cache of [moved, join(place.root, 'link')]) {
        // oxlint-disable-next-line no-await-in-loop -- the second is where the first was
        const outcome = await plant({ XDG_CACHE_HOME: cache }, at, moved)
        expect(outcome.stderr).toMatch(/Read-only file system|cannot create|nonexistent/)
        // oxlint-disable-next-line no-await-in-loop -- as above
        expect(await readFile(join(moved, 'other'), 'utf8')).toBe('mine\n')
        expect(existsSync(join(at, 'start/x'))).toBe(false)
      }
      const linked = await plant({ HOME: home, MB_HOME: join(place.root, 'own') }, data, data)
      expect(linked.stderr).toContain('it holds compiled code that mb starts with')
    },
  )

  it.each([
    { what: 'is no folder', make: (cache: string) => writeFile(cache, '') },
    { what: 'is a link to itself', make: (cache: string) => symlink(cache, cache) },
    {
      what: 'has a file in its place',
      make: async (cache: string) => {
        await mkdir(cache)
        await writeFile(join(cache, 'milkbottle'), '')
      },
    },
    {
      what: 'has a link to nowhere in its place',
      make: async (cache: string) => {
        await mkdir(cache)
        await symlink('/nowhere/at/all', join(cache, 'milkbottle'))
      },
    },
  ])('is not kept, and nothing is said of it, where the cache $what', async ({ make }) => {
    await using place = await Place.open()
    const cache = join(place.root, 'cache')
    await make(cache)
    expect(await place.mb(['--version'], { env: { XDG_CACHE_HOME: cache } })).toEqual(good)
  })
})
