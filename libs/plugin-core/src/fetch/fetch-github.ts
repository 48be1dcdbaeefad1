import { join } from 'node:path'
import { neutralText } from '@mb/manifest'
import { z } from 'zod'
import type { FetchedSource, FetchKindOptions } from './fetch-source.ts'
import { isGithubAsset, isGithubTag } from './parse-github.ts'
import { formatSource, type GithubSource } from './plugin-source.ts'
import { requestUrl } from './request-url.ts'
import { readAnswer, saveAnswer } from './save-answer.ts'
import { sourceError } from './source-error.ts'
import { requireTrust } from './trusted-sources.ts'

const maxAnswerBytes = 4 * 1024 * 1024
const archive = /\.(?:zip|tgz|tar\.gz|whl)$/i

/** A file of a release; what of it is needed. */
interface Asset {
  readonly id: number
  readonly name: string
  /** Of its bytes, as `sha256:…`; older releases have none. */
  readonly digest?: string | null | undefined
}

const release = z.object({
  tag_name: z.string().max(300),
  assets: z
    .array(
      z.object({
        id: z.int().positive(),
        name: z.string().max(300),
        digest: z.string().nullish(),
      }),
    )
    .max(1000),
})

/**
 * Brings the archive of a release. Who may say where its bytes are is the repository that is trusted, so they may come from whichever
 * public host it names; a digest that it tells of is held against them.
 */
export async function fetchGithub(
  source: GithubSource,
  folder: string,
  options: FetchKindOptions,
): Promise<FetchedSource> {
  const { trust, way, maxBytes, signal, onProgress } = options
  requireTrust(source, trust)
  const base = `${way.githubApi.replace(/\/$/, '')}/repos/${source.owner}/${source.repository}/releases`
  const { tag_name: tag, assets } = await readRelease(source, base, options)
  const asset = chooseAsset(assets, { ...source, tag })
  const required = options.sha256 ?? digestOf(asset)
  using answer = await requestUrl({
    url: `${base}/assets/${asset.id}`,
    accept: 'application/octet-stream',
    admit: () => {},
    way,
    signal,
  })
  const path = join(folder, 'archive')
  const digest = await saveAnswer(answer, path, { maxBytes, sha256: required, signal, onProgress })
  const exact = formatSource({ ...source, tag: neutralText(tag), asset: neutralText(asset.name) })
  return { path, source: `${exact} sha256=${digest}` }
}

async function readRelease(
  source: GithubSource,
  base: string,
  { way, signal }: FetchKindOptions,
): Promise<z.infer<typeof release>> {
  const which =
    source.tag === undefined
      ? 'latest'
      : `tags/${source.tag.split('/').map(encodeURIComponent).join('/')}`
  const url = new URL(`${base}/${which}`).href
  using answer = await requestUrl({
    url,
    accept: 'application/vnd.github+json',
    // A project that was renamed or handed on leads to another, whose owner nobody has named.
    admit: ({ href }) => {
      if (href !== url) throw moved(source)
    },
    way,
    signal,
  })
  const text = await readAnswer(answer, { maxBytes: maxAnswerBytes, signal })
  try {
    return release.parse(JSON.parse(text))
  } catch (cause) {
    throw sourceError('MB_SOURCE_FETCH', formatSource(source), 'its release cannot be read', {
      cause,
    })
  }
}

function moved(source: GithubSource): Error {
  return sourceError('MB_SOURCE_UNTRUSTED', formatSource(source), 'the project has moved', {
    hint: 'Look where it is now, and name it there, if you trust its owner',
  })
}

function chooseAsset(assets: readonly Asset[], source: GithubSource): Asset {
  const archives = assets.filter(({ name }) => archive.test(name))
  const fitting =
    source.asset === undefined ? archives : assets.filter(({ name }) => name === source.asset)
  const [only, ...others] = fitting
  if (only !== undefined && others.length === 0) return only
  const { asset: _asset, ...withoutAsset } = source
  const names = archives.map(({ name }) => neutralText(name, 100)).slice(0, 10)
  const there = names.length === 0 ? 'it has no archive' : `its archives are ${names.join(', ')}`
  throw sourceError(
    'MB_SOURCE_ASSET',
    formatSource(withoutAsset),
    source.asset === undefined ? there : `it has no file "${source.asset}"; ${there}`,
    { hint: hintFor(archives, withoutAsset) },
  )
}

function hintFor(archives: readonly Asset[], source: GithubSource): string {
  if (archives.length === 0) return 'Ask its author to attach the package to the release'
  // A hint is there to be copied: nothing in it is a stranger's that a shell would act on.
  const plain = archives.find(({ name }) => isGithubAsset(name))
  return plain === undefined || !isGithubTag(source.tag ?? '')
    ? 'Look at the names of its files, and write one of them after a "#"'
    : `Name one of them, as in ${formatSource({ ...source, asset: plain.name })}`
}

function digestOf({ digest }: Asset): string | undefined {
  return /^sha256:([0-9a-f]{64})$/.exec(digest ?? '')?.[1]
}
