import { join } from 'node:path'
import { openKeyStore } from '@mb/sdk'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { text } from '../../../output/style.ts'

/** A key, without its private half. */
interface KeyFacts {
  readonly name: string
  readonly keyId: string
}

/** Creates a key. */
export async function run(invocation: Invocation, { home }: Context): Promise<KeyFacts> {
  const name = invocation.argument('name')
  const { keyId } = await openKeyStore(home).create(name)
  return { name, keyId }
}

/** Says what it is called. */
export function render({ name, keyId }: KeyFacts, output: Output, { home }: Context): void {
  const { style } = output
  output.line(text`${style.good('✓')} Created key ${style.strong(name)}`)
  output.line(text`  ${style.faint(keyId)}`)
  output.line(text`  ${style.name('mb sdk package --sign')} signs with it. Keep a copy of it, from`)
  output.line(text`  ${join(home, 'keys')}, in a safe place.`)
}
