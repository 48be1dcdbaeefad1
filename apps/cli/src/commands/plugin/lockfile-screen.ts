import type { LockedPlugin, LockfileChange } from '@mb/plugin-core'
import type { Output } from '../../output/output.ts'
import { text, type Style, type Text } from '../../output/style.ts'
import { riskMark } from '../../consent/consent-screen.ts'

/** Shows what is other between two lockfiles: what a plugin gains in full, since that is what a review is about. */
export function showLockfileChanges(changes: readonly LockfileChange[], output: Output): void {
  const { style } = output
  if (changes.length === 0) {
    output.line('No plugin is other than before.')
    return
  }
  for (const change of changes) {
    output.line(headline(change, style))
    for (const warning of warnings(change)) output.line(text`    ${style.bad('!')} ${warning}`)
    for (const { words, risk } of change.gains)
      output.line(text`    ${style.bad('+')} ${words} ${riskMark(risk, style)}`)
    for (const { words, risk } of change.optionalGains)
      output.line(
        text`    ${style.warning('+')} ${words}, if you choose so ${riskMark(risk, style)}`,
      )
    for (const { words } of change.loses)
      output.line(text`    ${style.good('-')} ${style.faint(words)}`)
  }
}

function headline({ id, kind, from, to }: LockfileChange, style: Style): Text {
  const name = style.strong(id)
  if (kind === 'added') return text`${style.good('+')} ${name} ${versionOf(to)}`
  if (kind === 'removed') return text`${style.bad('-')} ${name} ${versionOf(from)}`
  if (kind === 'newer') return text`↑ ${name} ${versionOf(from)} → ${versionOf(to)}`
  if (kind === 'older')
    return text`${style.warning('↓')} ${name} ${versionOf(from)} → ${versionOf(to)}`
  return text`${style.warning('~')} ${name} ${versionOf(to)}`
}

/** What somebody who reads a change of a lockfile should not overlook. */
export function warnings(change: LockfileChange): readonly string[] {
  const { kind, from, to, isOtherRepository, isOtherSigner } = change
  return [
    ...(kind === 'replaced' ? ['other content under the same version'] : []),
    ...(isOtherSigner ? [`signed by ${keyOf(to)}, before by ${keyOf(from)}`] : []),
    ...(isOtherRepository
      ? [
          `from ${to?.repository ?? 'this machine'}, before from ${from?.repository ?? 'this machine'}`,
        ]
      : []),
  ]
}

function keyOf(plugin: LockedPlugin | undefined): string {
  return plugin?.keyId?.slice(0, 16) ?? 'nobody'
}

function versionOf(plugin: LockedPlugin | undefined): string {
  return plugin?.version ?? ''
}
