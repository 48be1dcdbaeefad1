import { createPublicKey, verify } from 'node:crypto'
import { readPublicKey, type PublicKey } from '@mb/manifest'
import { enrolmentText, routes } from '@mb/marketplace-protocol'
import { HttpProblem } from '../problem.ts'
import type { EnrolledKey } from '../store/store.ts'
import { readJson } from './read-json.ts'
import type { Service } from './service.ts'

const patienceMs = 5 * 60 * 1000

/**
 * Enrols a key for a namespace, once its holder has shown to have the private half.
 *
 * @throws HttpProblem `bad-request`, `key-proof-invalid`, `key-exists`
 */
export async function enrolKey(
  request: Request,
  namespace: string,
  service: Service,
): Promise<EnrolledKey> {
  const body = routes.enrolKey.body.safeParse(await readJson(request))
  if (!body.success) throw new HttpProblem('bad-request', 'The enrolment has another form')
  const { issuedAt, proof } = body.data
  const { keyId, publicKey } = readKey(body.data.publicKey)
  const now = service.clock.now()
  if (Math.abs(now - Date.parse(issuedAt)) > patienceMs) {
    throw new HttpProblem(
      'key-proof-invalid',
      `The proof was made at ${issuedAt}, and it is not new`,
      {
        hint: 'Set the clock of your machine, and enrol the key again',
      },
    )
  }
  // What is signed names this marketplace and this namespace: a proof that somebody else was given is worth nothing here.
  const text = enrolmentText({ origin: service.origin(), namespace, keyId, issuedAt })
  const isProved = verify(
    null,
    Buffer.from(text),
    createPublicKey(publicKey),
    Buffer.from(proof, 'base64'),
  )
  if (!isProved)
    throw new HttpProblem(
      'key-proof-invalid',
      'The proof was not made with this key, for this place',
    )
  const key = { keyId, publicKey, enrolledAt: new Date(now).toISOString() }
  if (service.store.addKey(namespace, key)) return key
  throw new HttpProblem(
    'key-exists',
    `Namespace "${namespace}" has key ${keyId.slice(0, 16)} already`,
  )
}

function readKey(pem: string): PublicKey {
  try {
    return readPublicKey(pem)
  } catch (cause) {
    throw new HttpProblem('bad-request', 'The public key is no ed25519 key in PEM', { cause })
  }
}
