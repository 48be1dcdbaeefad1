import { relative } from 'node:path'
import type {
  BrokenPlugin,
  DiscoveredPlugin,
  Discovery,
  DiscoveryChange,
  DiscoveryProblem,
} from '@mb/plugin-core/discovery'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import { shellWord } from '../../../output/shell-word.ts'
import { text, type Style, type Text } from '../../../output/style.ts'

/** Shows what was found; what stands against using it below, what could not be looked at beside. */
export function showDiscovery(
  { plugins, broken, notes }: Discovery,
  output: Output,
  context: Context,
): void {
  const { style } = output
  for (const note of notes) showProblem(note, context.aside)
  if (plugins.length === 0) output.line('No plugin was found.')
  else
    output.table(
      ['plugin', 'version', 'type', 'where', 'description'],
      plugins.map((plugin) => row(plugin, style, context)),
    )
  for (const plugin of plugins)
    if (isOneOfSeveral(plugin, plugins)) showWhy(plugin, output, context)
  for (const plugin of plugins)
    for (const problem of plugin.problems) showProblem(problem, output, shown(plugin, context))
  for (const each of broken) showBroken(each, output, context)
  const installable = plugins.find(isInstallable)
  if (installable === undefined) return
  output.gap()
  output.line(
    text`${style.faint(`\`mb plugin install ${nameOf(installable, context)}\` installs what is not, once you agreed.`)}`,
  )
}

/** Shows that something changed. */
export function showChange(change: DiscoveryChange, output: Output, context: Context): void {
  const { style } = output
  const { plugin } = change
  const marks = {
    added: style.good('added'),
    changed: style.warning('changed'),
    removed: style.bad('removed'),
  }
  output.line(
    text`${marks[change.kind]} ${style.strong(plugin.id)} ${plugin.version} ${style.faint(shown(plugin, context))}`,
  )
}

function row(plugin: DiscoveredPlugin, style: Style, context: Context): readonly Text[] {
  const { id, version, type, description, status } = plugin
  const isChosen = status === 'chosen'
  return [
    isChosen ? style.strong(id) : style.faint(id),
    version,
    plugin.place === 'remote' ? '' : type,
    shown(plugin, context),
    description,
  ]
}

function isOneOfSeveral(plugin: DiscoveredPlugin, plugins: readonly DiscoveredPlugin[]): boolean {
  return plugins.some((each) => each !== plugin && each.id === plugin.id)
}

/** Says why a plugin is the one of its name, or another is. */
function showWhy(plugin: DiscoveredPlugin, output: Output, context: Context): void {
  const { style } = output
  const { id, version, status, why } = plugin
  const mark = status === 'chosen' ? style.good('chosen') : style.faint('passed over')
  output.line(text`${mark} ${id} ${version} in ${shown(plugin, context)}: ${why}`)
}

function showBroken(broken: BrokenPlugin, output: Output, context: Context): void {
  for (const problem of broken.problems) showProblem(problem, output, shown(broken, context))
}

function showProblem(
  { severity, code, message, line, column, hint }: DiscoveryProblem,
  output: Output,
  path?: string,
): void {
  const { style } = output
  const mark = severity === 'error' ? style.bad('broken') : style.warning('warning')
  const place = line === undefined ? '' : ` (line ${line}, column ${column ?? 1})`
  output.line(
    text`${mark} ${path === undefined ? '' : `${path}: `}${message}${place} ${style.faint(`(${code})`)}${hint === undefined ? '' : text` ${style.faint(hint)}`}`,
  )
}

function isInstallable({ place, status }: DiscoveredPlugin): boolean {
  return place !== 'installed' && status === 'chosen'
}

function nameOf(plugin: DiscoveredPlugin, context: Context): string {
  return plugin.place === 'remote' ? plugin.id : shellWord(shown(plugin, context))
}

/** A place as a person types it: from the folder they are in, where that is shorter. */
function shown(
  { place, path }: Pick<DiscoveredPlugin, 'place' | 'path'>,
  { workspace }: Context,
): string {
  if (place === 'installed') return 'installed'
  if (place === 'remote') return `marketplace ${path}`
  const near = relative(workspace, path)
  return near.startsWith('..') || near.length > path.length ? path : `./${near}`
}
