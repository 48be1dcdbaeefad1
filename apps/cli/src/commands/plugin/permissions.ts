import { risks, type Risk } from '@mb/manifest'
import { showNamedPermissions, riskMark } from '../../consent/consent-screen.ts'
import { questionsPerHundred, readTally } from '../../consent/question-tally.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text, type Text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { readPermissionState, type PermissionState } from './permission-state.ts'

/** What all plugins may do, and how often somebody was asked. */
interface Overview {
  readonly plugins: readonly PermissionState[]
  readonly questions: number
  readonly commands: number
  /** Null before the first command. */
  readonly questionsPerHundred: number | null
}

/** Reads the grant of a plugin, or of all. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<PermissionState | Overview> {
  await using host = await openHost(context)
  const name = invocation.optionalArgument('plugin')
  if (name !== undefined) return await readPermissionState(host, host.get(name))
  const tally = readTally(context.home)
  return {
    plugins: await Promise.all(host.list().map((each) => readPermissionState(host, each))),
    ...tally,
    questionsPerHundred: questionsPerHundred(tally) ?? null,
  }
}

/** Shows it. */
export function render(shown: PermissionState | Overview, output: Output): void {
  if ('plugins' in shown) showOverview(shown, output)
  else showPermissionState(shown, output)
}

/** Shows what one plugin may do. */
export function showPermissionState(state: PermissionState, output: Output): void {
  const { style } = output
  const id = style.strong(state.id)
  if (state.grantedAt === null) {
    output.line(text`${id} does not run: nothing is granted to it.`)
    output.line(text`  ${style.faint(`mb plugin approve ${state.id} asks you.`)}`)
  } else {
    const since = style.faint(`since ${state.grantedAt}, for ${rangeInWords(state)}`)
    if (state.granted.length === 0)
      output.line(text`${id} sees the files that you name when you run it, and nothing else.`)
    else output.line(text`${id} may:`)
    showNamedPermissions(state.granted, output)
    output.rows([['', since]])
  }
  for (const [title, permissions] of [
    ['You took back, and it is not asked for again:', state.revoked],
    ['It asks for more, which is not granted:', state.grantedAt === null ? [] : state.notGranted],
    ['It asks for:', state.grantedAt === null ? state.notGranted : []],
    ['It can do without, and is without:', state.optional],
    ['By its type it may:', state.byType],
  ] as const) {
    if (permissions.length === 0) continue
    output.line(title)
    showNamedPermissions(permissions, output)
  }
}

function rangeInWords({ range, version }: PermissionState): string {
  return range === version ? `version ${version} alone` : `versions ${range ?? ''}`
}

function showOverview({ plugins, ...tally }: Overview, output: Output): void {
  const { style } = output
  if (plugins.length === 0) output.line('No plugin is installed.')
  else {
    output.table(
      ['plugin', 'may', 'highest risk', 'versions'],
      plugins.map((state) => [
        style.strong(state.id),
        amount(state),
        worst(state, output),
        state.range ?? '',
      ]),
    )
  }
  const { questions, commands, questionsPerHundred: rate } = tally
  output.gap()
  output.line(
    rate === null
      ? 'No command of a plugin was run yet.'
      : text`questions per 100 commands: ${rate} ${style.faint(`(${questions} asked, ${commands} run)`)}`,
  )
}

function amount({ grantedAt, granted, revoked, notGranted }: PermissionState): string {
  if (grantedAt === null) return 'nothing, and does not run'
  const missing = revoked.length + notGranted.length
  const without = missing === 0 ? '' : `, without ${missing} that it asks for`
  if (granted.length === 0) return `what you name${without}`
  return `${granted.length} ${granted.length === 1 ? 'thing' : 'things'}${without}`
}

function worst({ granted }: PermissionState, { style }: Output): Text {
  const risk = granted.reduce<Risk | undefined>(
    (worse, each) =>
      worse === undefined || risks.indexOf(each.risk) > risks.indexOf(worse) ? each.risk : worse,
    undefined,
  )
  return risk === undefined ? '' : riskMark(risk, style)
}
