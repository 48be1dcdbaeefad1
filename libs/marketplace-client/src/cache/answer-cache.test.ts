import { readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '@mb/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeFolder, openTiny, startTiny } from '../fixtures/open-tiny.ts'
import { makeVersion } from '../fixtures/tiny-marketplace.ts'
import { openMarketplace } from '../open-marketplace.ts'
import { AnswerCache } from './answer-cache.ts'
import { decodeEntry, encodeEntry } from './cache-entry.ts'

const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 5000 : 300
const bytes = fc.uint8Array({ maxLength: 500 }).map((array) => Buffer.from(array))

describe('a cache entry', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.string({ unit: 'binary' }), bytes, (url, etag, body) => {
        expect(decodeEntry(encodeEntry({ url, etag, body }), url)).toEqual({ url, etag, body })
        expect(decodeEntry(encodeEntry({ url, etag, body }), `${url}x`)).toBeUndefined()
      }),
      { numRuns },
    )
  })

  it('of which a byte is another, or the end is missing, is not read', () => {
    const url = 'https://plugins.example/v1/search?q=x'
    const whole = encodeEntry({ url, etag: '"x"', body: Buffer.from('{"total":0}') })
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const changed = Buffer.from(whole)
          changed[at] = (changed[at] ?? 0) ^ change
          const read = decodeEntry(changed, url)
          // What the entry is called may change; what was answered may not.
          expect(read === undefined || read.body.toString() === '{"total":0}').toBe(true)
          expect(decodeEntry(whole.subarray(0, at), url)).toBeUndefined()
        },
      ),
      { numRuns },
    )
  })

  it('is never taken from noise', () => {
    fc.assert(
      fc.property(bytes, (noise) => {
        expect(decodeEntry(noise, 'https://plugins.example/')).toBeUndefined()
      }),
      { numRuns },
    )
  })
})

describe('an answer', () => {
  it('is kept, and asked for again only when it changed', async () => {
    const { tiny, marketplace, folder } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0'))
    const first = await marketplace.versions('acme/pdf')
    expect(await marketplace.versions('acme/pdf')).toEqual(first)
    expect(tiny.asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"'])
    tiny.serve(makeVersion('acme/pdf', '1.1.0'))
    expect((await marketplace.versions('acme/pdf')).versions.length).toBe(2)

    const answers = join(folder, 'cache', 'answers')
    const [site = ''] = await readdir(answers)
    const [entry = ''] = await readdir(join(answers, site))
    expect((await stat(join(answers, site))).mode & 0o777).toBe(0o700)
    expect((await stat(join(answers, site, entry))).mode & 0o777).toBe(0o600)
  })

  it('that is damaged on disk is asked for anew', async () => {
    const { tiny, marketplace, folder } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0'))
    const whole = await marketplace.versions('acme/pdf')
    const answers = join(folder, 'cache', 'answers')
    const [site = ''] = await readdir(answers)
    const [name = ''] = await readdir(join(answers, site))
    const file = join(answers, site, name)
    const content = await readFile(file)
    for (const damage of [
      content.subarray(0, content.length - 1),
      Buffer.alloc(0),
      Buffer.from('{"version":1}\n'),
      Buffer.from(content.toString().replace('acme/pdf', 'evil/pdf')),
    ]) {
      await writeFile(file, damage)
      expect(await marketplace.versions('acme/pdf')).toEqual(whole)
      expect(tiny.asked.at(-1)?.headers['if-none-match']).toBeUndefined()
    }
    await truncate(file, 10_000_000)
    expect(await marketplace.versions('acme/pdf')).toEqual(whole)
  })

  it('of one marketplace is not that of another', async () => {
    const [one, two, folder] = [await startTiny(), await startTiny(), await makeFolder()]
    one.serve(makeVersion('acme/pdf', '1.0.0'))
    two.serve(makeVersion('acme/pdf', '2.0.0'))
    const versionAt = async (url: string) => {
      const marketplace = openMarketplace({
        repositories: [{ name: 'same', url }],
        cacheDirectory: folder,
      })
      return (await marketplace.info('acme/pdf')).version
    }
    expect([await versionAt(one.url), await versionAt(two.url)]).toEqual(['1.0.0', '2.0.0'])
    expect(two.asked[0]?.headers['if-none-match']).toBeUndefined()
  })

  it('to a token is not kept', async () => {
    const { tiny, marketplace, folder } = await openTiny()
    tiny.token = 'mbp_x'
    tiny.answer = (_, response) => {
      response.setHeader('etag', '"a"')
      return false
    }
    await marketplace.whoami('tiny')
    expect(await readdir(folder)).toEqual([])
  })

  it('is answered also where nothing can be kept', async () => {
    const { tiny, folder } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0'))
    await writeFile(join(folder, 'file'), '')
    const marketplace = openMarketplace({
      repositories: [{ name: 'tiny', url: tiny.url }],
      cacheDirectory: join(folder, 'file'),
    })
    expect(await marketplace.info('acme/pdf')).toMatchObject({ id: 'acme/pdf' })
  })
})

describe('AnswerCache', () => {
  it('forgets the oldest beyond 32 MiB', async () => {
    const folder = await makeFolder()
    const cache = new AnswerCache(folder)
    const body = Buffer.alloc(4_000_000)
    const urls = Array.from({ length: 10 }, (_, at) => `https://plugins.example/${at}`)
    for (const [at, url] of urls.entries()) {
      await cache.keep({ url, etag: '"x"', body })
      await utimes(join(folder, sha256(url)), at, at)
    }
    const kept = await Promise.all(urls.map(async (url) => (await cache.find(url)) !== undefined))
    expect(kept).toEqual([false, false, ...Array.from({ length: 8 }, () => true)])
  })

  it('keeps no ETag that could not be sent', async () => {
    const folder = await makeFolder()
    const cache = new AnswerCache(folder)
    const url = 'https://plugins.example/'
    for (const etag of ['x', '"a\r\nb"', `"${'x'.repeat(300)}"`, '"ä"', ''])
      await cache.keep({ url, etag, body: Buffer.from('{}') })
    expect(await readdir(folder)).toEqual([])
  })
})
