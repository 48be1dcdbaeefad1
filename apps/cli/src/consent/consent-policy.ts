import type { ConsentRequest } from '@mb/plugin-core'

/**
 * Why `--yes` does not stand for a person's consent, or undefined when it does: what is critical, starts programs or
 * reaches a local socket can undo the sandbox, and what a scan finds grave may be an attack, so that somebody has to
 * have read it.
 */
export function whyPersonIsNeeded({
  permissions,
  optional,
  findings,
}: Pick<ConsentRequest, 'permissions' | 'optional' | 'findings'>): string | undefined {
  const asked = [...permissions, ...optional.filter(({ isChosen }) => isChosen)]
    .filter(({ kind, risk }) => risk === 'critical' || kind === 'exec' || kind === 'net.unix')
    .map(({ words }) => lowerFirst(words))
  const found = findings
    .filter(({ severity }) => severity === 'critical' || severity === 'high')
    .map(({ message }) => lowerFirst(message))
  const reasons = [
    ...(asked.length === 0 ? [] : [`it asks to ${asked.join('; ')}`]),
    ...(found.length === 0 ? [] : [`the scan found: ${found.join('; ')}`]),
  ]
  return reasons.length === 0 ? undefined : reasons.join(', and ')
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
