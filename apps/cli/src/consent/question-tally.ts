import { closeSync, constants, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'

/** How often a person was asked something, beside how many commands of plugins they ran. */
export interface Tally {
  readonly questions: number
  readonly commands: number
}

/** Counts a command of a plugin that is run. */
export function tallyCommand(home: string): void {
  add(home, 'commands', 1)
}

/** Counts questions that a person was asked. Of a home that was never made, nothing is kept. */
export function tallyQuestions(home: string, count: number): void {
  add(home, 'questions', count)
}

/** Reads both counts; none where they cannot be read. */
export function readTally(home: string): Tally {
  return { questions: sizeOf(home, 'questions'), commands: sizeOf(home, 'commands') }
}

/** Questions for each hundred commands; undefined before the first command. */
export function questionsPerHundred({ questions, commands }: Tally): number | undefined {
  return commands === 0 ? undefined : Math.round((questions / commands) * 10_000) / 100
}

// The size of the file is the count: one write to a file opened for appending needs no lock, and nothing to be read, and
// a process that is killed cannot leave half a number.
function add(home: string, what: keyof Tally, count: number): void {
  const noFollow = constants.O_NOFOLLOW ?? 0
  const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | noFollow
  try {
    makeFolder(join(home, 'logs'))
    const file = openSync(fileOf(home, what), flags, 0o600)
    try {
      writeSync(file, '.'.repeat(count))
    } finally {
      closeSync(file)
    }
  } catch {
    // What cannot be counted is done all the same.
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

function sizeOf(home: string, what: keyof Tally): number {
  return statSync(fileOf(home, what), { throwIfNoEntry: false })?.size ?? 0
}

function fileOf(home: string, what: keyof Tally): string {
  return join(home, 'logs', `${what}.tally`)
}
