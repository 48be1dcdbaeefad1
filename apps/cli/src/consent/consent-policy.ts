import type { PermissionDescription } from '@mb/manifest'

/**
 * Why `--yes` does not stand for a person's consent, or undefined when it does: what is critical, starts programs or
 * reaches a local socket can undo the sandbox, so that somebody has to have read it.
 */
export function whyPersonIsNeeded(
  permissions: readonly PermissionDescription[],
): string | undefined {
  const grave = permissions.filter(
    ({ kind, risk }) => risk === 'critical' || kind === 'exec' || kind === 'net.unix',
  )
  if (grave.length === 0) return undefined
  return `it asks to ${grave.map(({ words }) => words.charAt(0).toLowerCase() + words.slice(1)).join('; ')}`
}
