import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { fetchText } from '../fixtures/fetching.ts'
import { openInternet, type Answer, type Internet } from '../fixtures/internet.ts'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import type { FetchedSource } from './fetch-source.ts'

const bytes = Buffer.from('an archive')
const digest = createHash('sha256').update(bytes).digest('hex')
const releases = '/api/v3/repos/acme/notes/releases'

interface Asset {
  readonly id: number
  readonly name: string
  readonly digest?: string | null
}

/** A server of releases, whose archives lie at another host. */
async function openReleases(
  assets: readonly Asset[] | string,
  answers: Readonly<Record<string, Answer>> = {},
): Promise<Internet> {
  const about = typeof assets === 'string' ? assets : JSON.stringify({ tag_name: 'v1.0.0', assets })
  return await openInternet({
    'api.example': (request, response) => {
      const { url = '' } = request
      if (answers[url] !== undefined) answers[url](request, response)
      else if (/\/releases\/(?:latest|tags\/.*)$/.test(url)) response.end(about)
      else if (url === `${releases}/assets/7`)
        response.writeHead(302, { location: 'https://files.example/7?key=s3cr3t' }).end()
      else response.writeHead(404).end()
    },
    'files.example': (_request, response) => response.end(bytes),
  })
}

async function fetching(
  { way }: Internet,
  text: string,
  options: { readonly trusted?: readonly string[]; readonly sha256?: string } = {},
): Promise<FetchedSource & { readonly bytes: Buffer }> {
  await using folder = await temporaryFolder()
  const fetched = await fetchText(text, folder.path, {
    trusted: ['github:acme/*'],
    ...options,
    way: { ...way, githubApi: 'https://api.example/api/v3/' },
  })
  return { ...fetched, bytes: await readFile(fetched.path) }
}

describe('fetchSource() of a release', () => {
  it('brings the one archive of the newest, from wherever its repository says', async () => {
    await using internet = await openReleases([
      { id: 3, name: 'checksums.txt' },
      { id: 7, name: 'notes-1.0.0.zip', digest: `sha256:${digest}` },
    ])
    const fetched = await fetching(internet, 'github:acme/notes')
    expect(fetched.bytes).toEqual(bytes)
    expect(fetched.source).toBe(`github:acme/notes@v1.0.0#notes-1.0.0.zip sha256=${digest}`)
    expect(internet.asked).toEqual([
      `api.example GET ${releases}/latest`,
      `api.example GET ${releases}/assets/7`,
      'files.example GET /7?key=s3cr3t',
    ])
    expect(internet.headers.map(({ accept }) => accept)).toEqual([
      'application/vnd.github+json',
      'application/octet-stream',
      'application/octet-stream',
    ])
  })

  it('brings the file that is named, of the release that is named', async () => {
    await using internet = await openReleases([
      { id: 6, name: 'notes-linux.tgz' },
      { id: 7, name: 'notes.bin', digest: null },
    ])
    const fetched = await fetching(internet, 'github:acme/notes@plugin/v1+2#notes.bin')
    expect(fetched.bytes).toEqual(bytes)
    expect(internet.asked[0]).toBe(`api.example GET ${releases}/tags/plugin/v1%2B2`)
  })

  it.each([
    [
      'several archives',
      [
        { id: 6, name: 'a.zip' },
        { id: 7, name: 'b.tar.gz' },
      ],
      'github:acme/notes',
      'Cannot install from "github:acme/notes@v1.0.0": its archives are a.zip, b.tar.gz',
      'Name one of them, as in github:acme/notes@v1.0.0#a.zip',
    ],
    [
      'no archive',
      [{ id: 6, name: 'a.txt' }],
      'github:acme/notes',
      'Cannot install from "github:acme/notes@v1.0.0": it has no archive',
      'Ask its author to attach the package to the release',
    ],
    [
      'no such file',
      [{ id: 6, name: 'a.zip' }],
      'github:acme/notes#b.zip',
      'Cannot install from "github:acme/notes@v1.0.0": it has no file "b.zip"; its archives are a.zip',
      'Name one of them, as in github:acme/notes@v1.0.0#a.zip',
    ],
    [
      'hostile names',
      [
        { id: 6, name: 'a\u001B[2J\n\u202E.zip' },
        { id: 7, name: '../../b.zip' },
      ],
      'github:acme/notes',
      'Cannot install from "github:acme/notes@v1.0.0": its archives are a [2J .zip, ../../b.zip',
      'Look at the names of its files, and write one of them after a "#"',
    ],
  ])('asks for a name where a release has %s', async (_, assets, text, message, hint) => {
    await using internet = await openReleases(assets)
    await expect(fetching(internet, text)).rejects.toMatchObject({
      code: 'MB_SOURCE_ASSET',
      outcome: 'usage',
      message,
      hint,
    })
  })

  it.each([
    ['no JSON', 'hello'],
    ['another value', '[]'],
    ['an asset without a number', '{"tag_name":"v1","assets":[{"id":"../x","name":"a.zip"}]}'],
    ['a prototype', '{"__proto__":{"tag_name":"v1","assets":[]}}'],
  ])('believes no answer that is %s', async (_, text) => {
    await using internet = await openReleases(text)
    await expect(fetching(internet, 'github:acme/notes')).rejects.toMatchObject({
      code: 'MB_SOURCE_FETCH',
      message: 'Cannot install from "github:acme/notes": its release cannot be read',
    })
  })

  it('reads no answer without end', async () => {
    await using internet = await openReleases([], {
      [`${releases}/latest`]: (_request, response) => {
        response.write('[')
        const more = (): void => {
          while (!response.destroyed && response.write(' '.repeat(100_000)));
          if (!response.destroyed) response.once('drain', more)
        }
        more()
      },
    })
    await expect(fetching(internet, 'github:acme/notes')).rejects.toMatchObject({
      code: 'MB_SOURCE_TOO_LARGE',
    })
  })

  it('holds the bytes against the digest that is told, and against the one that is required', async () => {
    const wrong = 'ab'.repeat(32)
    await using internet = await openReleases([
      { id: 7, name: 'notes.zip', digest: `sha256:${wrong}` },
    ])
    await expect(fetching(internet, 'github:acme/notes')).rejects.toMatchObject({
      code: 'MB_SOURCE_CHECKSUM',
    })
    await fetching(internet, 'github:acme/notes', { sha256: digest })
  })

  it('is led to public addresses alone', async () => {
    await using internet = await openReleases([{ id: 7, name: 'notes.zip' }])
    internet.names.set('files.example', ['169.254.169.254'])
    const refusal = fetching(internet, 'github:acme/notes')
    await expect(refusal).rejects.toMatchObject({ code: 'MB_SOURCE_ADDRESS' })
    await expect(refusal).rejects.not.toThrow(/s3cr3t/)
    expect(internet.dialled).toHaveLength(2)
  })

  it('asks nobody about a project that is not trusted, and tells of one that is not there', async () => {
    await using internet = await openReleases([], {
      [`${releases}/latest`]: (_request, response) => response.writeHead(404).end(),
    })
    await expect(
      fetching(internet, 'github:acme/notes', { trusted: ['github:other/*'] }),
    ).rejects.toMatchObject({
      code: 'MB_SOURCE_UNTRUSTED',
      hint: 'If you trust it, `mb plugin sources add github:acme/notes`, and try again',
    })
    expect(internet.asked).toEqual([])
    await expect(fetching(internet, 'github:acme/notes')).rejects.toMatchObject({
      code: 'MB_SOURCE_NOT_FOUND',
      outcome: 'not-found',
    })
  })

  it('does not follow a project to another owner', async () => {
    await using internet = await openReleases([{ id: 7, name: 'notes.zip' }], {
      [`${releases}/latest`]: (_request, response) =>
        response.writeHead(301, { location: '/api/v3/repos/evil/notes/releases/latest' }).end(),
    })
    await expect(fetching(internet, 'github:acme/notes')).rejects.toMatchObject({
      code: 'MB_SOURCE_UNTRUSTED',
      message: 'Cannot install from "github:acme/notes": the project has moved',
    })
    expect(internet.asked).toHaveLength(1)
  })

  it('goes by the address that the variables name', async () => {
    await using internet = await openReleases([{ id: 7, name: 'notes.zip' }])
    await using folder = await temporaryFolder()
    await fetchText('github:acme/notes', folder.path, {
      trusted: ['github:acme/notes'],
      way: { ...internet.way, env: { GITHUB_API_URL: 'https://api.example/api/v3' } },
    })
    expect(await readdir(folder.path)).toEqual(['download'])
  })
})
