import type { PublishProgress } from '@mb/marketplace-client'
import type { PublishStatus, ValidateResult } from '@mb/marketplace-protocol'
import type { Context } from '../../context.ts'
import { formatBytes } from '../../output/amounts.ts'
import { showFindings } from '../../output/findings.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { withEnrolHint } from './enrol-hint.ts'
import { openWithToken } from './open-marketplace.ts'
import { packSource } from './packed-source.ts'
import { showValidation } from './validation-screen.ts'

/** What a marketplace made of a package, or would make of it. */
type Publication = { readonly repository: string } & (
  | ({ readonly isDryRun: true } & ValidateResult)
  | ({ readonly isDryRun: false } & PublishStatus)
)

/** Publishes a package, or asks what would come of it. */
export async function run(invocation: Invocation, context: Context): Promise<Publication> {
  const { signal } = context
  const namespace = invocation.option('namespace') ?? ''
  const opened = await openWithToken(context, invocation.option('repository'))
  const { marketplace } = opened
  const repository = opened.repository.name
  await using source = await packSource(invocation, context)
  const target = { namespace, repository, signal }
  return await withEnrolHint({ namespace, repository, key: invocation.option('key') }, async () => {
    if (invocation.has('dry-run')) {
      const result = await context.progress.during(
        'Asking the marketplace',
        marketplace.validate(source.file, target),
      )
      return { ...result, repository, isDryRun: true }
    }
    const status = await context.progress.during('Publishing', (line) =>
      marketplace.publish(source.file, {
        ...target,
        wait: !invocation.has('no-wait'),
        onProgress: (progress) => line.say(told(progress)),
      }),
    )
    return { ...status, repository, isDryRun: false }
  })
}

const states: Readonly<Record<PublishStatus['state'], string>> = {
  received: 'The marketplace has it, and checks it',
  validated: 'It is valid; the marketplace scans it',
  scanned: 'It was scanned; the marketplace puts it on show',
  live: 'It is on show',
  rejected: 'It was rejected',
}

function told({ bytes, total, state }: PublishProgress): string {
  return state === undefined
    ? `Sending ${formatBytes(bytes)} of ${formatBytes(total)}`
    : states[state]
}

/** Says what came of it. */
export function render(publication: Publication, output: Output): void {
  if (publication.isDryRun) {
    showValidation(publication, output)
    return
  }
  const { style } = output
  const { plugin = '', version = '', repository, state, bytes, warnings } = publication
  const name = text`${style.strong(plugin)} ${version}`
  if (state === 'live') {
    output.line(text`${style.good('✓')} Published ${name} in ${repository} (${formatBytes(bytes)})`)
    output.line(text`  ${style.name(`mb marketplace install ${plugin}`)} installs it`)
  } else {
    output.line(text`${style.warning(state)} ${states[state]}: ${publication.id}`)
  }
  showFindings(warnings, output)
}

/** Refused, when it would be rejected. */
export function exitCode(publication: Publication): number {
  return publication.isDryRun && !publication.ok ? 3 : 0
}
