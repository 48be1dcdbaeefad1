import type { PermissionDescription, Risk } from '@mb/manifest'
import type { ConsentRequest, OptionalPermission } from '@mb/plugin-core'
import { showFindings } from '../output/findings.ts'
import type { Output } from '../output/output.ts'
import { text, type Style, type Styled, type Text } from '../output/style.ts'
import { quoted } from './quoted.ts'

/**
 * Shows on one screen who made a plugin, where it comes from, who signed it, what it asks, what is other than before, and
 * what a scan found, when there was one to speak of. Each text of a stranger stands in a cell, so that none of it can begin a line.
 */
export function showConsentScreen(
  request: ConsentRequest,
  output: Output,
  { isScanned }: { readonly isScanned: boolean },
): void {
  const { style } = output
  output.rows([
    [text`${style.strong(request.id)} ${versions(request)}`, style.faint(request.description)],
  ])
  output.facts([
    ['made by', text`${request.author} ${style.faint('(says the package)')}`],
    ['from', origin(request)],
    ['signed by', signer(request, style)],
    ['scan', scanned(request, style, isScanned)],
    ['needs', needs(request)],
    ['needed by', request.neededBy],
  ])
  output.gap()
  if (request.reasons.length > 0) {
    output.line('You are asked again, because:')
    output.rows(request.reasons.map((reason) => ['', reason]))
  }
  showAsked(request, output)
  showOptional(request, output)
  showRemoved(request, output)
  if (request.findings.length > 0) {
    output.line('The scan found:')
    showFindings(request.findings, output)
  }
  output.rows(request.warnings.map((warning) => [style.warning('warning'), warning]))
  output.gap()
  showSum(request, output)
  output.rows([[style.faint(holdsFor(request))]])
}

function showAsked(request: ConsentRequest, output: Output): void {
  const { permissions, added, wider, byType, replaces } = request
  const { style } = output
  const isNew = new Set(added.map(identity))
  const isWider = new Set(wider.map(identity))
  const isAgain = replaces !== undefined || added.length < permissions.length
  if (permissions.length === 0) {
    output.line('It asks for nothing: it sees the files that you name, and no others.')
  } else {
    output.line('It asks to:')
    showPermissions(permissions, output, (permission) => {
      if (!isAgain || !isNew.has(identity(permission))) return ''
      return style.warning(isWider.has(identity(permission)) ? ' (more than before)' : ' (new)')
    })
    if (isAgain && added.length === 0)
      output.line(text`${style.faint('All of it was granted before.')}`)
  }
  output.line(text`By its type, ${request.type}, it may:`)
  showPermissions(byType, output)
}

function showOptional({ id, optional }: ConsentRequest, output: Output): void {
  if (optional.length === 0) return
  const { style } = output
  const chosen = optional.filter(({ isChosen }) => isChosen)
  const others = optional.filter(({ isChosen }) => !isChosen)
  if (chosen.length > 0) {
    output.line('It can do without, and you chose to let it:')
    showPermissions(chosen, output)
  }
  if (others.length === 0) return
  output.line('It can do without, and is not granted:')
  showPermissions(others, output)
  for (const first of others.slice(0, 1))
    output.rows([['', style.faint(`mb plugin approve ${id} --optional ${typed(first)}`)]])
}

function showRemoved({ removed }: ConsentRequest, output: Output): void {
  if (removed.length === 0) return
  output.line('It no longer asks to:')
  showPermissions(removed, output)
}

// What a small terminal still shows above the question.
const longest = 16
const repeated = 3

/** Says the gravest again after a list of which a terminal shows but the end: a stranger may have filled it up. */
function showSum(request: ConsentRequest, output: Output): void {
  const { permissions, optional, byType, removed, findings, warnings, reasons } = request
  const lists = [permissions, optional, byType, removed, findings, warnings, reasons]
  const asked = byRisk([...permissions, ...optional.filter(({ isChosen }) => isChosen)])
  if (asked.length === 0 || lists.flat().length <= longest) return
  const counts = risks.flatMap((risk) => {
    const count = asked.filter((each) => each.risk === risk).length
    return count === 0 ? [] : [`${count} ${risk}`]
  })
  output.line(
    `It asks for ${asked.length} permissions in all: ${counts.join(', ')}. The gravest again:`,
  )
  showPermissions(asked.slice(0, repeated), output)
  output.gap()
}

function versions({ version, replaces }: ConsentRequest): string {
  return replaces === undefined || replaces === version ? version : `${replaces} → ${version}`
}

function origin({ repository, source }: ConsentRequest): string {
  return repository === undefined ? source : `marketplace ${repository}`
}

function needs({ needs: plugins }: ConsentRequest): string | undefined {
  if (plugins.length === 0) return undefined
  return plugins
    .map(({ plugin, range, isOptional }) => `${plugin} ${range}${isOptional ? ' (optional)' : ''}`)
    .join(', ')
}

function holdsFor({ range, version, signature }: ConsentRequest): string {
  const whose = signature.status === 'signed' ? 'signed by this key' : 'from the same place'
  return range === version
    ? `A yes holds for version ${range} alone, ${whose}.`
    : `A yes holds for versions ${range} ${whose}, while they ask for no more.`
}

/** As it can be typed into a shell; a name that a shell could take for more is left to its kind. */
function typed({ name, kind }: OptionalPermission): string {
  return /^[^'\\\p{C}]{1,60}$/u.test(name) ? `'${name}'` : kind
}

const risks: readonly Risk[] = ['critical', 'high', 'medium', 'low']

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
      const because = reason === undefined ? '' : output.style.faint(` ${quoted(reason)}`)
      return [
        '',
        riskMark(permission.risk, output.style),
        text`${words}${noteOf(permission)}${because}`,
      ]
    }),
  )
}

/** As {@link showPermissions}, each with the name that it is taken back by. */
export function showNamedPermissions(
  permissions: readonly (PermissionDescription & { readonly name?: string })[],
  output: Output,
): void {
  output.rows(
    byRisk(permissions).map(({ risk, words, name }) => [
      '',
      riskMark(risk, output.style),
      words,
      output.style.faint(name ?? ''),
    ]),
  )
}

function byRisk<T extends PermissionDescription>(permissions: readonly T[]): readonly T[] {
  return permissions.toSorted((a, b) => risks.indexOf(a.risk) - risks.indexOf(b.risk))
}

function signer({ signature }: ConsentRequest, style: Style): Text {
  if (signature.status === 'unsigned') return style.warning('nobody')
  const key = `key ${shortKey(signature.keyId)}`
  if (signature.replaces !== undefined)
    return style.alarm(`${key}, and until now by ${shortKey(signature.replaces)}`)
  return signature.known
    ? style.good(`${key}, known from before`)
    : style.warning(`${key}, seen for the first time`)
}

/** Nothing, of what was scanned when it came and is not scanned again. */
function scanned(
  { findings, isScanned: wasScanned }: ConsentRequest,
  style: Style,
  isScanned: boolean,
): Text | undefined {
  if (!isScanned) return style.warning('none')
  if (!wasScanned) return undefined
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
