import { join } from 'node:path'
import type { FetchedSource, FetchKindOptions } from './fetch-source.ts'
import { formatSource, hiddenQuery, type HttpsSource } from './plugin-source.ts'
import { requestUrl } from './request-url.ts'
import { saveAnswer } from './save-answer.ts'
import { requireTrust } from './trusted-sources.ts'

/** Brings the archive at an address; each address on the way has to be trusted. */
export async function fetchHttps(
  source: HttpsSource,
  folder: string,
  { trust, maxBytes, sha256, way, signal, onProgress }: FetchKindOptions,
): Promise<FetchedSource> {
  const first = formatSource(source)
  using answer = await requestUrl({
    url: source.url,
    accept: '*/*',
    admit: ({ href }) => {
      requireTrust({ kind: 'https', url: href }, trust, href === source.url ? undefined : first)
    },
    way,
    signal,
  })
  const path = join(folder, 'archive')
  const required = sha256 ?? source.sha256
  const digest = await saveAnswer(answer, path, { maxBytes, sha256: required, signal, onProgress })
  const query = new URL(source.url).search === '' ? '' : hiddenQuery
  return { path, source: `${first}${query}#sha256=${digest}` }
}
