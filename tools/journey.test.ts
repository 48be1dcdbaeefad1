import { appendFile, chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { forge } from './journey/forge.ts'
import { listing } from './journey/listing.ts'
import { startLyingMarketplace, type LyingMarketplace } from './journey/lying-marketplace.ts'
import { startMarketplaceProcess, type MarketplaceProcess } from './journey/marketplace-process.ts'
import { makePerson, type Person } from './journey/person.ts'
import { must } from './tour/must.ts'
import type { Outcome } from './tour/run-program.ts'
import { root } from './workspaces.ts'

/*
 * Several people with homes of their own, and one marketplace between them: on the built programs, as users have them.
 */
// Whole programs, a dozen and more of them in one test.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const examples = join(root, 'examples', 'plugins')

let folder: string
let marketplace: MarketplaceProcess

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-journey-'))
  marketplace = await startMarketplaceProcess(join(folder, 'marketplace'))
})

afterAll(async () => {
  await marketplace[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function newcomer(name: string, url = marketplace.url): Promise<Person> {
  const person = await makePerson(join(folder, name))
  await must(person.mb(['marketplace', 'repositories', 'add', 'town', url]))
  return person
}

async function newAuthor(name: string): Promise<Person> {
  const author = await newcomer(name)
  await must(author.mb(['sdk', 'keys', 'create']))
  const token = await marketplace.addAccount(name)
  await must(author.mb(['marketplace', 'login', '--token-stdin'], folder, token))
  await must(author.mb(['marketplace', 'keys', 'enrol', name]))
  return author
}

/** Packages a folder, signs and publishes it; gives the archive. */
async function publish(author: Person, source: string, namespace: string): Promise<string> {
  const output = await mkdtemp(join(folder, 'packages-'))
  await must(author.mb(['sdk', 'package', source, '--sign', '--format', 'zip', '--output', output]))
  const [name = ''] = await readdir(output)
  const archive = join(output, name)
  await must(author.mb(['marketplace', 'publish', archive, '--namespace', namespace]))
  return archive
}

function answer({ stdout }: Outcome): unknown {
  return JSON.parse(stdout)
}

function errorCodeOf(outcome: Outcome): unknown {
  const value = answer(outcome)
  const error: unknown = typeof value === 'object' && value !== null && Reflect.get(value, 'error')
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
}

function idsOf(listed: unknown): unknown {
  if (!Array.isArray(listed)) return listed
  return listed.map((each: unknown) =>
    typeof each === 'object' && each !== null ? Reflect.get(each, 'id') : each,
  )
}

const install = (person: Person, spec: string): Promise<Outcome> =>
  person.mb(['marketplace', 'install', spec, '--yes', '--json'])

describe('the journey', () => {
  it('brings a plugin in TypeScript and one in Python from two authors to each other', async () => {
    const [ada, ben] = [await newAuthor('ada'), await newAuthor('ben')]
    await publish(ada, join(examples, 'hello-world'), 'ada')
    await publish(ben, join(examples, 'hello-python'), 'ben')

    const found = await must(ben.mb(['marketplace', 'search', 'hello', '--json']))
    await must(install(ben, 'ada/hello-world'))
    await must(install(ada, 'ben/hello-python'))
    const typescript = await must(ben.mb(['hello-world', 'Ben']))
    const python = await must(ada.mb(['hello-python', 'Ada']))

    expect(answer(found)).toMatchObject({
      hits: expect.arrayContaining([
        expect.objectContaining({ id: 'ada/hello-world' }),
        expect.objectContaining({ id: 'ben/hello-python' }),
      ]),
    })
    expect(typescript.stdout).toContain('Ben')
    expect(python.stdout).toContain('Ada')
  })

  it('refuses the run of somebody who took the grant back', async () => {
    const cleo = await newcomer('cleo')
    await must(install(cleo, 'ada/hello-world'))
    await must(cleo.mb(['hello-world', 'Cleo']))

    await must(cleo.mb(['plugin', 'revoke', 'ada/hello-world']))
    const refused = await cleo.mb(['hello-world', 'Cleo', '--json'])

    expect(refused.code).toBe(3)
    expect(errorCodeOf(refused)).toBe('MB_PLUGIN_CONSENT_NEEDED')
  })
})

describe('an installation that is killed', () => {
  it('leaves the old or the new, whole, whenever that is, and the next try works', async () => {
    const whole = await newcomer('patient')
    const { ms } = await must(install(whole, 'ada/hello-world'))
    const moments = Array.from({ length: 8 }, (_, at) => Math.round((ms * (at + 1)) / 9))
    for (const [at, moment] of moments.entries()) {
      const person = await newcomer(`killed-${at}`)
      const line = ['marketplace', 'install', 'ada/hello-world', '--yes', '--json']
      await person.mb(line, folder, undefined, moment)

      const listed = answer(await must(person.mb(['plugin', 'list', '--json'])))
      expect([[], ['ada/hello-world']]).toContainEqual(idsOf(listed))
      await must(install(person, 'ada/hello-world'))
      const { stdout } = await must(person.mb(['hello-world', 'again']))
      expect(stdout).toContain('again')
    }
  })
})

describe('a marketplace that lies', () => {
  let liar: LyingMarketplace
  let archive: string
  let older: string

  beforeAll(async () => {
    const dora = await newAuthor('dora')
    const source = join(folder, 'poet')
    await writePoet(source, '1.0.0')
    older = await publish(dora, source, 'dora')
    await writePoet(source, '1.1.0')
    archive = await publish(dora, source, 'dora')
    liar = await startLyingMarketplace(marketplace.url)
  })

  afterAll(async () => {
    await liar[Symbol.asyncDispose]()
  })

  async function refusal(name: string): Promise<{ code: number | null; error: unknown }> {
    const victim = await newcomer(name, liar.url)
    const mbHome = victim.env['MB_HOME'] ?? ''
    await victim.mb(['plugin', 'list'])
    const before = await installed(mbHome)
    const outcome = await install(victim, 'dora/poet')
    expect(await installed(mbHome)).toEqual(before)
    return { code: outcome.code, error: errorCodeOf(outcome) }
  }

  it('is believed while it repeats the truth, which is the control', async () => {
    liar.lie({})
    const person = await newcomer('control', liar.url)
    expect(await install(person, 'dora/poet')).toMatchObject({ code: 0 })
  })

  it('is refused with one byte flipped', async () => {
    const bytes = await forge(archive, (package_) => appendFile(join(package_, 'poet.mjs'), ' '))
    liar.lie({ archive: bytes })
    expect(await refusal('flipped')).toEqual({ code: 3, error: 'MB_DIGEST_MISMATCH' })
  })

  it('is refused when the bytes are not those that it announced itself', async () => {
    const bytes = await readFile(archive)
    bytes[100] = (bytes[100] ?? 0) ^ 1
    liar.lie({ archive: bytes, isClumsy: true })
    expect(await refusal('clumsy')).toEqual({ code: 3, error: 'MB_MARKETPLACE_DIGEST_MISMATCH' })
  })

  it('is refused with one file added', async () => {
    const bytes = await forge(archive, (package_) => writeFile(join(package_, 'more.mjs'), ''))
    liar.lie({ archive: bytes })
    expect(await refusal('added')).toEqual({ code: 3, error: 'MB_DIGEST_MISMATCH' })
  })

  it('is refused with one mode changed', async () => {
    const bytes = await forge(archive, (package_) => chmod(join(package_, 'poet.mjs'), 0o755))
    liar.lie({ archive: bytes })
    expect(await refusal('mode')).toEqual({ code: 3, error: 'MB_DIGEST_MISMATCH' })
  })

  it('is refused with the valid signature of somebody else', async () => {
    const mallory = await makePerson(join(folder, 'mallory'))
    await must(mallory.mb(['sdk', 'keys', 'create']))
    const output = join(folder, 'mallory-packages')
    const source = join(folder, 'poet')
    await must(
      mallory.mb(['sdk', 'package', source, '--sign', '--format', 'tar.gz', '--output', output]),
    )
    const [name = ''] = await readdir(output)
    liar.lie({ archive: await readFile(join(output, name)) })
    expect(await refusal('other-key')).toEqual({ code: 3, error: 'MB_PLUGIN_NOT_AS_PROMISED' })
  })

  it('is refused with an older signed version under the number of a newer one', async () => {
    liar.lie({
      archive: await forge(older, async () => {}),
      version: (detail) => ({ ...detail, version: '1.1.0' }),
    })
    expect(await refusal('older')).toEqual({ code: 3, error: 'MB_PLUGIN_NOT_AS_PROMISED' })
  })

  it('is refused when what it tells of a version was signed for another one', async () => {
    liar.lie({ version: (detail) => ({ ...detail, version: '9.9.9' }) })
    const { code, error } = await refusal('renumbered')
    expect({ code: code === 3 || code === 5, error }).toEqual({
      code: true,
      error: expect.stringMatching(/^MB_MARKETPLACE_(?:SIGNATURE_INVALID|ANSWER)$/),
    })
  })
})

async function writePoet(directory: string, version: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  await cp(join(root, 'tools', 'journey', 'poet'), directory, { recursive: true })
  const manifest = join(directory, 'plugin.yaml')
  const text = await readFile(manifest, 'utf8')
  await writeFile(manifest, text.replace('version: 1.0.0', `version: ${version}`))
}

// What was fetched may be kept as a cache; whatever decides on what runs has to be as it was.
async function installed(home: string): Promise<readonly string[]> {
  return (await listing(home)).filter((line) => !line.startsWith('cache'))
}
