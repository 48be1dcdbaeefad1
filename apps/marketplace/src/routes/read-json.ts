import { HttpProblem } from '../problem.ts'

const maxBytes = 64 * 1024

/**
 * The JSON of a request, at most 64 KiB of it.
 *
 * @throws HttpProblem `unsupported-media`, `too-large`, `bad-request`
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    throw new HttpProblem('unsupported-media', 'This is sent as application/json')
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of request.body ?? []) {
    total += chunk.length
    if (total > maxBytes) throw new HttpProblem('too-large', `This has at most ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString())
    return value
  } catch (cause) {
    throw new HttpProblem('bad-request', 'The body is no JSON', { cause })
  }
}
