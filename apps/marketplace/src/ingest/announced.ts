import { readReprDigest } from '@mb/marketplace-protocol'
import { HttpProblem } from '../problem.ts'

/** What a client says of the body that it sends. */
export interface Announced {
  readonly bytes: number
  readonly sha256: string
}

/**
 * Reads what the headers say of a package, before a byte of it is taken.
 *
 * @throws HttpProblem `unsupported-media`, `length-required`, `too-large`, `bad-request`
 */
export function readAnnounced(headers: Headers, maxBytes: number): Announced {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/octet-stream' || headers.has('content-encoding')) {
    throw new HttpProblem(
      'unsupported-media',
      'A package is sent as application/octet-stream, without an encoding',
    )
  }
  const length = headers.get('content-length') ?? ''
  if (!/^\d{1,15}$/.test(length))
    throw new HttpProblem('length-required', 'A package is sent with its Content-Length')
  const bytes = Number(length)
  if (bytes === 0) throw new HttpProblem('bad-request', 'The package is empty')
  if (bytes > maxBytes) {
    throw new HttpProblem(
      'too-large',
      `The package has ${bytes} bytes, and ${maxBytes} is the most`,
    )
  }
  const sha256 = readReprDigest(headers.get('repr-digest') ?? '')
  if (sha256 === undefined) {
    throw new HttpProblem('bad-request', 'A package is sent with its digest', {
      hint: 'Send Repr-Digest: sha-256=:<base64>:',
    })
  }
  return { bytes, sha256 }
}
