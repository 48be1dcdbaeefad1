import { openKeyStore } from '@mb/sdk'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { openWithToken } from '../open-marketplace.ts'

/** A key that may sign from now on. */
interface Enrolment {
  readonly repository: string
  readonly namespace: string
  readonly name: string
  readonly keyId: string
  readonly enrolledAt: string
}

/** Lets a key of this home sign for a namespace. Its private half makes the proof, and stays here. */
export async function run(invocation: Invocation, context: Context): Promise<Enrolment> {
  const namespace = invocation.argument('namespace')
  const name = invocation.option('key') ?? ''
  const key = await openKeyStore(context.home).get(name)
  const { marketplace, repository } = await openWithToken(context, invocation.option('repository'))
  const { keyId, enrolledAt } = await context.progress.during(
    'Enrolling the key',
    marketplace.enrolKey(repository.name, namespace, key, { signal: context.signal }),
  )
  return { repository: repository.name, namespace, name, keyId, enrolledAt }
}

/** Says so. */
export function render({ repository, namespace, name, keyId }: Enrolment, output: Output): void {
  const { style } = output
  output.line(
    text`${style.good('✓')} Key ${style.strong(name)} may sign for ${style.strong(namespace)} in ${repository}`,
  )
  output.line(text`  ${style.faint(keyId)}`)
}
