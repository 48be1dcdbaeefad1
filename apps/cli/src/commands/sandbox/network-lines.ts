import type { HostTraffic } from '@mb/sandbox'
import { formatBytes } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import { hostText, type RefusedHost } from './refused-hosts.ts'
import type { FailureReason, UnreachedHost } from './unreached-hosts.ts'

// More than that, and the command's own output is out of sight.
const mostLines = 5

/** Says which hosts a command was kept from, and what would let it there. */
export function showRefusedHosts(
  refused: readonly RefusedHost[],
  aside: Output,
  { isVerbose }: { readonly isVerbose: boolean },
): void {
  const { style } = aside
  const shown = isVerbose ? refused : refused.slice(0, mostLines)
  for (const { target, reason, detail, count } of shown) {
    const times = count === 1 ? '' : `, ${count} times`
    if (target !== undefined)
      aside.line(
        text`${style.bad('refused')} It tried ${target}${times}: allow it with ${style.name(`--net ${target}`)}`,
      )
    else if (reason === 'address')
      aside.line(
        text`${style.bad('refused')} It tried what is not public, ${detail}${times}: such an address has to be named itself, with --net`,
      )
    else aside.line(text`${style.bad('refused')} A connection${times}: ${detail}`)
  }
  const left = refused.length - shown.length
  if (left > 0) aside.line(text`${style.bad('refused')} And ${left} more: --verbose shows them`)
}

/** Says which hosts a command may connect to and did not reach, and why: what speaks TLS shows people no answer of a proxy. */
export function showUnreachedHosts(
  unreached: readonly UnreachedHost[],
  aside: Output,
  { isVerbose }: { readonly isVerbose: boolean },
): void {
  const { style } = aside
  const shown = isVerbose ? unreached : unreached.slice(0, mostLines)
  for (const { target, reason, byProxy, count } of shown) {
    const times = count === 1 ? '' : `, ${count} times`
    const state =
      byProxy && reason === 'unreachable' ? 'your proxy cannot be reached' : failures[reason]
    aside.line(text`${style.warning('failed')} It tried ${target}${times}: ${state}`)
  }
  const left = unreached.length - shown.length
  if (left > 0) aside.line(text`${style.warning('failed')} And ${left} more: --verbose shows them`)
}

const failures: Readonly<Record<FailureReason, string>> = {
  unresolved: 'nobody knows the name',
  unreachable: 'it cannot be reached',
  connectMs: 'it does not answer',
  broken: 'its answer is no HTTP',
  upstream: 'your proxy refuses',
}

/** Says whom a command has exchanged how much with. */
export function showTraffic(
  hosts: readonly HostTraffic[],
  aside: Output,
  unreached: readonly UnreachedHost[] = [],
): void {
  for (const { host, port, allowed, bytesUp, bytesDown } of hosts) {
    const target = hostText(host, port)
    const failed = unreached.filter((each) => each.target === target)
    const reached = failed.reduce((left, { count }) => left - count, allowed)
    if (reached > 0)
      aside.line(
        text`${aside.style.name('reached')} ${target} ×${reached}, ${formatBytes(bytesUp)} up, ${formatBytes(bytesDown)} down`,
      )
  }
}
