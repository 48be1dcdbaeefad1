import { sha256 } from '@mb/kernel'

/** A value as JSON with its ETag, or the word that it is still what the asker has. */
export function revalidated(request: Request, value: unknown): Response {
  const body = JSON.stringify(value)
  const etag = `"${sha256(body).slice(0, 32)}"`
  const headers = { etag, 'cache-control': 'no-cache' }
  if (isKnown(request, etag)) return new Response(null, { status: 304, headers })
  return new Response(body, { headers: { ...headers, 'content-type': 'application/json' } })
}

/** Whether the asker has what an ETag stands for (RFC 9110, 13.1.2). */
export function isKnown(request: Request, etag: string): boolean {
  const tags =
    request.headers
      .get('if-none-match')
      ?.split(',')
      .map((each) => each.trim()) ?? []
  return tags.some((each) => each === '*' || each.replace(/^W\//, '') === etag)
}
