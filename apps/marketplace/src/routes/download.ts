import { Readable } from 'node:stream'
import type { VersionDetail } from '@mb/marketplace-protocol'
import { HttpProblem } from '../problem.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { isKnown } from './revalidated.ts'

/** The bytes of a version, or a part of them; they never change. */
export async function download(
  request: Request,
  { id, version, archive }: VersionDetail,
  { blobs, isForever }: { readonly blobs: BlobStore; readonly isForever: boolean },
): Promise<Response> {
  const { bytes, form, sha256 } = archive
  const etag = `"sha256-${sha256}"`
  const headers = new Headers({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${id.replace('/', '-')}-${version.replaceAll(/[^\w.-]/g, '_')}.${form}"`,
    'accept-ranges': 'bytes',
    'cache-control': isForever ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
    etag,
  })
  if (isKnown(request, etag)) return new Response(null, { status: 304, headers })
  const ifRange = request.headers.get('if-range')
  const wanted = ifRange === null || ifRange === etag ? request.headers.get('range') : null
  const range = readRange(wanted, bytes)
  if (range === 'unsatisfiable') {
    throw new HttpProblem('range-not-satisfiable', `The package has ${bytes} bytes`, {
      headers: { 'content-range': `bytes */${bytes}` },
    })
  }
  const { start, end } = range ?? { start: 0, end: bytes - 1 }
  headers.set('content-length', String(end - start + 1))
  if (range !== undefined) headers.set('content-range', `bytes ${start}-${end}/${bytes}`)
  const status = range === undefined ? 200 : 206
  if (request.method === 'HEAD') return new Response(null, { status, headers })
  const stream = Readable.toWeb(await blobs.read(sha256, { start, end }))
  return new Response(stream, { status, headers })
}

/**
 * Reads `Range`. Several ranges, and what cannot be read, are answered with the whole, as RFC 9110 allows.
 *
 * @returns undefined for the whole
 */
export function readRange(
  header: string | null,
  bytes: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (match === null || (match[1] === '' && match[2] === '')) return undefined
  const [first, last] = [match[1] ?? '', match[2] ?? '']
  const start = first === '' ? Math.max(bytes - Number(last), 0) : Number(first)
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start > end || (first === '' && Number(last) === 0) ? 'unsatisfiable' : { start, end }
}
