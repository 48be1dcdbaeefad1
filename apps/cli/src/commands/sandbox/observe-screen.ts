import { relative } from 'node:path'
import { isInside } from '@mb/kernel'
import type { DeniedReach, EndedBy } from '@mb/sandbox'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { ObservedCommand } from './observe.ts'

/** Prints the policy, and beside it what the command did not get and how the policy was checked. */
export function render(observed: ObservedCommand, output: Output, context: Context): void {
  const { aside, settings } = context
  showDenied(observed, aside)
  if (settings.isVerbose)
    for (const program of observed.programs)
      aside.line(text`${aside.style.faint('ran')} ${program}`)
  for (const warning of warningsOf(observed))
    aside.line(text`${aside.style.warning('warning')} ${warning}`)
  const checked = checkedWords(observed)
  if (checked !== undefined) aside.line(text`${aside.style.good('checked')} ${checked}`)
  if (observed.file === undefined) output.text(observed.text)
  else aside.line(text`${aside.style.good('written')} ${observed.file}`)
}

/** Whether the policy is one to go by. */
export function exitCode({ verification }: ObservedCommand): number {
  return verification?.outcome === 'short' || verification?.outcome === 'unsteady' ? 1 : 0
}

function showDenied({ denied, workspace }: ObservedCommand, aside: Output): void {
  const { style } = aside
  for (const reach of denied.slice(0, mostShown)) {
    const what = `${reach.kind} ${nearName(reach, workspace)}`
    if (reach.refusal === undefined) aside.line(text`${style.warning('denied')}  ${what}`)
    else aside.line(text`${style.bad('refused')} ${what}: ${reach.refusal}`)
  }
  const more = denied.length - mostShown
  if (more > 0) aside.line(text`${style.warning('denied')}  ${more} more, which --json tells`)
  const kinds = new Set(
    denied.flatMap(({ kind, refusal }) => (refusal === undefined ? [kind] : [])),
  )
  const options = optionNames.filter(({ kind }) => kinds.has(kind)).map(({ option }) => option)
  if (options.length > 0)
    aside.line(
      text`${style.name('hint')}    If it needs what it was denied, observe it again with ${options.join(', ')}`,
    )
}

// A program may try every name that there is.
const mostShown = 20

const optionNames = [
  { kind: 'read', option: '--read PATH' },
  { kind: 'net', option: '--net HOST:PORT' },
  { kind: 'env', option: '--env NAME' },
] as const

function nearName({ kind, name }: DeniedReach, workspace: string): string {
  const isPath = kind === 'read' || kind === 'write'
  return isPath && name !== workspace && isInside(workspace, name)
    ? relative(workspace, name)
    : name
}

function warningsOf(observed: ObservedCommand): readonly string[] {
  const { isWhole, view, verification } = observed
  return [
    ...endWords(observed),
    ...(isWhole ? [] : ['It did more than is recorded: the policy may lack something']),
    ...(view === 'copy'
      ? ['This kernel lets you mount no overlay: it was shown a copy of the folder']
      : []),
    ...(verification?.outcome === 'unsteady'
      ? ['It ends in another way each time, so that nothing could be checked']
      : []),
    ...(verification?.outcome === 'short'
      ? ['Under this policy the command does something else: it lacks something that is not known']
      : []),
  ]
}

function endWords({ code, signal, ended }: ObservedCommand): readonly string[] {
  if (code === 0) return []
  const how =
    ended === undefined
      ? `with ${signal ?? `exit code ${code}`}`
      : `by its limit of ${limitNames[ended]}`
  return [`The command ended ${how}: what it would have needed after that is not known`]
}

const limitNames: Readonly<Record<EndedBy, string>> = {
  wall: 'time',
  cpu: 'CPU time',
  memory: 'memory',
  processes: 'processes',
  threads: 'threads',
  file: 'size of a file',
  written: 'bytes written',
  output: 'output',
}

function checkedWords({ verification }: ObservedCommand): string | undefined {
  if (verification?.outcome === 'least')
    return `in ${verification.runs} runs: it does the same under this policy, and without any one line of it does not`
  if (verification?.outcome === 'enough')
    return `in ${verification.runs} runs: it does the same under this policy, of which not every line was tried`
  return undefined
}
