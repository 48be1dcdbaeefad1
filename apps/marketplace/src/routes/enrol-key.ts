import { createPublicKey, verify } from 'node:crypto'
import { readPublicKey, type PublicKey } from '@mb/manifest'
import {
  enrolmentText,
  routes,
  wireLimits,
  type EnrolledKey,
  type KeyEnrolment,
} from '@mb/marketplace-protocol'
import { HttpProblem } from '../problem.ts'
import { readJson } from './read-json.ts'
import type { Service } from './service.ts'

const maxKeys = 100

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
  const key = readKey(body.data.publicKey)
  checkProof(key, body.data, namespace, service)
  const { keys } = service.store
  if (keys.of(namespace).length >= maxKeys) {
    throw new HttpProblem('bad-request', `Namespace "${namespace}" has ${maxKeys} keys`, {
      hint: 'Remove one that is not in use',
    })
  }
  const enrolled = { ...key, enrolledAt: new Date(service.clock.now()).toISOString() }
  if (keys.add(namespace, enrolled)) return enrolled
  throw new HttpProblem(
    'key-exists',
    `Namespace "${namespace}" has key ${key.keyId.slice(0, 16)} already`,
  )
}

function checkProof(
  { keyId, publicKey }: PublicKey,
  { issuedAt, proof }: KeyEnrolment,
  namespace: string,
  { clock, origins }: Service,
): void {
  if (Math.abs(clock.now() - Date.parse(issuedAt)) > wireLimits.enrolmentMs) {
    throw new HttpProblem('key-proof-invalid', `The proof is of ${issuedAt}, which is not now`, {
      hint: 'Set the clock of your machine, and enrol the key again',
    })
  }
  const key = createPublicKey(publicKey)
  const signature = Buffer.from(proof, 'base64')
  // What is signed names this marketplace and this namespace: a proof that was made for another is worth nothing here.
  const isProved = origins().some((origin) =>
    verify(
      null,
      Buffer.from(enrolmentText({ origin, namespace, keyId, issuedAt })),
      key,
      signature,
    ),
  )
  if (isProved) return
  throw new HttpProblem(
    'key-proof-invalid',
    'The proof was not made with this key, for this place',
    {
      hint: `This marketplace is ${origins().join(' or ')}; its operator can start it with another --url`,
    },
  )
}

function readKey(pem: string): PublicKey {
  try {
    const { keyId, publicKey } = readPublicKey(pem)
    return { keyId, publicKey }
  } catch (cause) {
    throw new HttpProblem('bad-request', 'The public key is no ed25519 key in PEM', { cause })
  }
}
