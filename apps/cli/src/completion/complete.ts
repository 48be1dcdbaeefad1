import type { Catalogue } from '../catalogue.ts'
import type { ArgumentData, Completes, OptionData } from '../commands/command-data.ts'
import { versionOption } from '../commands/global-options.ts'
import { globalOptionsBeside, locate } from '../start/locate.ts'

/** What could stand at the cursor. */
export interface Completion {
  readonly candidates: readonly Candidate[]
  /** What the shell has to offer besides. */
  readonly files: 'none' | 'file' | 'dir'
  /** Names of marketplaces belong here, which stand in the settings. */
  readonly isAboutRepositories?: true
}

/** A word, and what it means. */
export interface Candidate {
  readonly word: string
  readonly summary: string
}

const nothing: Completion = { candidates: [], files: 'none' }

/**
 * Completes the last of some words, those before it being whole.
 *
 * @param words - what stands after `mb` up to the cursor; the last may be empty
 * @param repositories - names of marketplaces; without them it is only said that they belong here
 */
export function complete(
  words: readonly string[],
  catalogue: Catalogue,
  repositories?: readonly string[],
): Completion {
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const located = locate(before, catalogue)
  const { command } = located
  if (command === undefined) {
    if (located.rest.length > 0) return nothing
    const free = globalOptionsBeside({
      path: [],
      summary: '',
      arguments: [],
      options: [],
      examples: [],
    })
    return current.startsWith('-')
      ? starting(current, optionCandidates([...free, versionOption]))
      : starting(current, wordCandidates(located.path, catalogue))
  }

  const options = [...command.options, ...globalOptionsBeside(command)]
  const { pending, operands, isEnded } = read(located.rest, options, command.isPassThrough === true)
  if (pending !== undefined) return values(current, pending, { catalogue, repositories })
  if (!isEnded && current.startsWith('-')) return starting(current, optionCandidates(options))
  const last = command.arguments.at(-1)
  const argument = command.arguments[operands] ?? (last?.variadic === true ? last : undefined)
  return argument === undefined ? nothing : values(current, argument, { catalogue, repositories })
}

function wordCandidates(path: readonly string[], catalogue: Catalogue): readonly Candidate[] {
  return [
    ...catalogue.groupsBelow(path),
    ...catalogue.commandsBelow(path),
    ...(path.length === 0 ? catalogue.pluginWords() : []),
  ].map((each) => ({
    word: each.path.at(-1) ?? '',
    summary: each.summary,
  }))
}

function optionCandidates(options: readonly OptionData[]): readonly Candidate[] {
  return options.map((option) => ({ word: `--${option.name}`, summary: option.summary }))
}

function read(
  rest: readonly string[],
  options: readonly OptionData[],
  endsAtOperand: boolean,
): { pending: OptionData | undefined; operands: number; isEnded: boolean } {
  let pending: OptionData | undefined
  let operands = 0
  let isEnded = false
  for (const word of rest) {
    if (pending !== undefined) {
      pending = undefined
    } else if (!isEnded && word === '--') {
      isEnded = true
    } else if (!isEnded && word.startsWith('-')) {
      const option = options.find(
        (each) =>
          word === `--${each.name}` || (each.short !== undefined && word === `-${each.short}`),
      )
      if (option?.value !== undefined && option.isValueOptional !== true) pending = option
    } else {
      operands += 1
      isEnded ||= endsAtOperand
    }
  }
  return { pending, operands, isEnded }
}

// Shells put a candidate on the line as it is, and the next Enter runs the line. A stranger's choice is offered when it
// means itself to all of them; `$(…)`, `;`, blanks and a leading `-` are for the person to type, and to quote.
const inert = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.,:+@%=/-]*$/u

function values(
  current: string,
  { choices, completes }: ArgumentData | OptionData,
  {
    catalogue,
    repositories,
  }: { readonly catalogue: Catalogue; readonly repositories: readonly string[] | undefined },
): Completion {
  if (choices !== undefined)
    return starting(current, candidatesOf(choices.filter((word) => inert.test(word))))
  if (completes === 'plugin' || completes === 'key')
    return starting(current, candidatesOf(catalogue.namesOf(completes)))
  if (completes === 'permission') return starting(current, candidatesOf(permissionKinds))
  if (completes === 'repository') {
    return repositories === undefined
      ? { ...nothing, isAboutRepositories: true }
      : starting(current, candidatesOf(repositories))
  }
  return { candidates: [], files: filesFor(completes) }
}

// The kinds: names hold what a plugin's author wrote.
const permissionKinds = [
  'env',
  'exec',
  'fs.read',
  'fs.write',
  'http.serve',
  'net',
  'net.unix',
  'secrets',
  'system.metrics',
]

function candidatesOf(all: readonly string[]): readonly Candidate[] {
  return all.map((word) => ({ word, summary: '' }))
}

function filesFor(completes: Completes | undefined): Completion['files'] {
  return completes === 'file' || completes === 'dir' ? completes : 'none'
}

function starting(current: string, candidates: readonly Candidate[]): Completion {
  return { candidates: candidates.filter(({ word }) => word.startsWith(current)), files: 'none' }
}

/** The answer as the scripts read it: what files to offer, then a word and its meaning a line. */
export function completionText({ candidates, files }: Completion): string {
  return [files, ...candidates.map(({ word, summary }) => `${word}\t${summary}`), ''].join('\n')
}
