import type { PermissionDescription, Risk } from '@mb/manifest'
import type { ConsentRequest } from '@mb/plugin-core'
import type { Output } from '../output/output.ts'
import { showFindings } from '../output/findings.ts'
import { text, type Style, type Styled, type Text } from '../output/style.ts'

/** Shows on one screen who made a plugin, where it comes from, who signed it, what it asks, and what a scan found. */
export function showConsentScreen(
  request: ConsentRequest,
  output: Output,
  { isScanned }: { readonly isScanned: boolean },
): void {
  const { style } = output
  output.line(
    text`${style.strong(request.id)} ${versions(request)}  ${style.faint(request.description)}`,
  )
  output.facts([
    ['made by', request.author],
    ['from', request.repository === undefined ? undefined : `marketplace ${request.repository}`],
    ['signed by', signer(request, style)],
    ['scan', scanned(request, style, isScanned)],
  ])
  output.gap()
  const added = new Set(request.added.map(identity))
  const isUpdate =
    request.replaces !== undefined || request.added.length < request.permissions.length
  if (request.permissions.length === 0) {
    output.line('It asks for nothing: it sees the files that you name, and no others.')
  } else {
    output.line('It asks to:')
    showPermissions(request.permissions, output, (permission) =>
      isUpdate && added.has(identity(permission)) ? style.warning(' (new)') : '',
    )
    if (isUpdate && request.added.length === 0)
      output.line(text`${style.faint('All of it was granted before.')}`)
  }
  if (request.findings.length > 0) {
    output.line('The scan found:')
    showFindings(request.findings, output)
  }
  for (const warning of request.warnings) output.line(text`${style.warning('warning')} ${warning}`)
  output.gap()
}

function versions({ version, replaces }: ConsentRequest): string {
  return replaces === undefined || replaces === version ? version : `${replaces} → ${version}`
}

const paints: Readonly<Record<Risk, keyof Style>> = {
  low: 'good',
  medium: 'warning',
  high: 'bad',
  critical: 'alarm',
}

/** The word of a risk: the higher, the more it stands out. */
export function riskMark(risk: Risk, style: Style): Styled {
  return style[paints[risk]](risk)
}

/** Shows permissions in words, a line each, the gravest first. */
export function showPermissions(
  permissions: readonly PermissionDescription[],
  output: Output,
  noteOf: (permission: PermissionDescription) => Text = () => '',
): void {
  output.rows(
    byRisk(permissions).map((permission) => {
      const { words, reason } = permission
      const because = reason === undefined ? '' : output.style.faint(` “${reason}”`)
      return [
        '',
        riskMark(permission.risk, output.style),
        text`${words}${noteOf(permission)}${because}`,
      ]
    }),
  )
}

function byRisk(permissions: readonly PermissionDescription[]): readonly PermissionDescription[] {
  const order = ['critical', 'high', 'medium', 'low']
  return permissions.toSorted((a, b) => order.indexOf(a.risk) - order.indexOf(b.risk))
}

function signer({ signature }: ConsentRequest, style: Style): Text {
  if (signature.status === 'unsigned') return style.warning('nobody')
  return signature.known
    ? style.good(`key ${shortKey(signature.keyId)}, known from before`)
    : style.warning(`key ${shortKey(signature.keyId)}, seen for the first time`)
}

function scanned({ findings }: ConsentRequest, style: Style, isScanned: boolean): Text {
  if (!isScanned) return style.warning('none')
  return findings.length === 0
    ? style.good('nothing found')
    : style.warning(`${findings.length} found`)
}

/** As much of a key id as people compare. */
export function shortKey(keyId: string): string {
  return `${keyId.slice(0, 16)}…`
}

function identity(permission: PermissionDescription): string {
  return JSON.stringify([permission.kind, permission.target, permission.words])
}
