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
export function render({ name, keyId }: KeyFacts, output: Output): void {
  const { style } = output
  output.line(text`${style.good('✓')} Created key ${style.strong(name)} ${style.faint(keyId)}`)
  output.line(
    text`  ${style.name('mb sdk package --sign')} signs with it; keep a copy of your home's keys folder in a safe place`,
  )
}
