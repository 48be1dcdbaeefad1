import { openKeyStore } from '@mb/sdk'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { text } from '../../../output/style.ts'

type Keys = Awaited<ReturnType<ReturnType<typeof openKeyStore>['list']>>

/** Reads which keys there are. */
export async function run(_invocation: Invocation, { home }: Context): Promise<Keys> {
  return openKeyStore(home).list()
}

/** Shows them as a table. */
export function render(keys: Keys, output: Output): void {
  const { style } = output
  if (keys.length === 0) {
    output.line(text`You have no key. ${style.faint('`mb sdk keys create` creates one.')}`)
    return
  }
  output.table(
    ['key', 'key id'],
    keys.map((key) => [style.strong(key.name), key.keyId]),
  )
}
