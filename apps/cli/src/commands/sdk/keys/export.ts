import { openKeyStore } from '@mb/sdk'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import type { Invocation } from '../../../parse/invocation.ts'

/** The half of a key that everybody may have. */
interface PublicKey {
  readonly name: string
  readonly keyId: string
  readonly publicKey: string
}

/** Reads the public half of a key. */
export async function run(invocation: Invocation, { home }: Context): Promise<PublicKey> {
  const name = invocation.argument('name')
  const { keyId, publicKey } = await openKeyStore(home).get(name)
  return { name, keyId, publicKey }
}

/** Prints it as PEM and nothing else, so that it can go into a file. */
export function render({ publicKey }: PublicKey, output: Output): void {
  output.text(publicKey)
}
