import type { HostTraffic } from '@mb/sandbox'
import { formatBytes } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { RefusedHost } from './refused-hosts.ts'

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

/** Says whom a command has exchanged how much with. */
export function showTraffic(hosts: readonly HostTraffic[], aside: Output): void {
  for (const { host, port, allowed, bytesUp, bytesDown } of hosts)
    if (allowed > 0)
      aside.line(
        text`${aside.style.name('reached')} ${host.includes(':') ? `[${host}]` : host}:${port} ×${allowed}, ${formatBytes(bytesUp)} up, ${formatBytes(bytesDown)} down`,
      )
}
