import { resolve } from 'node:path'
import type { JailRequest } from './jail-request.ts'
import { withoutLinks } from './without-links.ts'

/** A command line, and the request for its jail. */
export interface CommandLine {
  readonly request: JailRequest
  readonly command: readonly [string, readonly string[]]
}

/** Lets a command be what is run that the policy names by its path: its file, and what it reads beside, are in the jail then. */
export function admitOwnCommand(line: CommandLine, workspace: string): CommandLine {
  const { request, command } = line
  const [word, args] = command
  if (!word.includes('/')) return line
  const path = resolve(workspace, word)
  const own = request.exec.find((each) => each.command === path)
  if (own === undefined) return line
  return {
    request: { ...request, read: [...request.read, path, ...(own.with ?? [])] },
    command: [withoutLinks(path), args],
  }
}
