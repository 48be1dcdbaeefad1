import { sign } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { sha256 } from '@mb/kernel'
import { generateSigningKey, type SigningKey } from '@mb/manifest'
import {
  enrolmentText,
  pathOf,
  reprDigest,
  routes,
  type PublishStatus,
} from '@mb/marketplace-protocol'
import type { Marketplace } from '../../src/server.ts'

/** Somebody who publishes in one namespace. */
export class Publisher {
  readonly key: SigningKey = generateSigningKey()
  readonly #url: string
  readonly #namespace: string
  readonly #token: string

  private constructor(url: string, namespace: string, token: string) {
    this.#url = url
    this.#namespace = namespace
    this.#token = token
  }

  /** Makes an account for a namespace, and enrols a key. */
  static async open(
    { url, accounts }: Marketplace,
    namespace: string,
    now: Date,
  ): Promise<Publisher> {
    const { token } = await accounts.add(namespace, [namespace])
    const publisher = new Publisher(url, namespace, token)
    await publisher.#enrol(now)
    return publisher
  }

  /** Publishes a package, and waits until it is live. */
  async publish(bytes: Buffer): Promise<void> {
    const path = pathOf(routes.publish, { namespace: this.#namespace })
    const { id } = routes.publish.answer.parse(
      await this.#ask(path, {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: {
          'content-type': 'application/octet-stream',
          'repr-digest': reprDigest(sha256(bytes)),
        },
      }),
    )
    for (;;) {
      const status = await this.#status(id)
      if (status.state === 'live') return
      if (status.state === 'rejected') throw new Error(JSON.stringify(status.reasons))
      await delay(50)
    }
  }

  async #enrol(now: Date): Promise<void> {
    const { keyId, publicKey, privateKey } = this.key
    const issuedAt = now.toISOString()
    const text = enrolmentText({ origin: this.#url, namespace: this.#namespace, keyId, issuedAt })
    const proof = sign(null, Buffer.from(text), privateKey).toString('base64')
    await this.#ask(pathOf(routes.enrolKey, { namespace: this.#namespace }), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ publicKey, issuedAt, proof }),
    })
  }

  async #status(id: string): Promise<PublishStatus> {
    const path = pathOf(routes.publishStatus, { id })
    return routes.publishStatus.answer.parse(await this.#ask(path, {}))
  }

  async #ask(path: string, init: RequestInit): Promise<unknown> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${this.#token}`)
    const response = await fetch(new URL(path, this.#url), { ...init, headers })
    if (!response.ok) throw new Error(`Status ${response.status}: ${await response.text()}`)
    return response.json()
  }
}
