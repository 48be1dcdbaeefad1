import { statSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import { isInside } from '@mb/kernel'
import {
  describePermissions,
  noPermissions,
  risks,
  type Permissions,
  type Risk,
} from '@mb/manifest'

/** What a grant means, and how much harm it can do in the hands of somebody hostile. */
export interface GrantWords {
  readonly words: string
  readonly risk: Risk
}

/** The folders that people call by a name. */
export interface KnownFolders {
  readonly workspace: string
  readonly home: string
}

/** Words and risk of one permission of a manifest. */
export function describeOne(asked: Partial<Permissions>): GrantWords {
  const [description] = describePermissions({ ...noPermissions, ...asked })
  if (description === undefined) throw new TypeError('Cannot describe a grant: it grants nothing')
  return { words: description.words, risk: description.risk }
}

/** Words and risk of a path: of all the ways to name it, the gravest. */
export function describePathGrant(
  path: string,
  access: 'read' | 'write',
  known: KnownFolders,
): GrantWords {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  const descriptions = namesOf(path, known).map((name) => {
    const entries = [{ path: isFolder ? `${name}/**`.replace('//', '/') : name }]
    const none = { read: [], write: [] }
    return describeOne({ fs: { ...none, [access]: entries } })
  })
  return descriptions.reduce((worst, each) =>
    risks.indexOf(each.risk) > risks.indexOf(worst.risk) ? each : worst,
  )
}

/** A path by the folders that people know, or as it is where it lies in none of them. */
function namesOf(path: string, known: KnownFolders): readonly [string, ...string[]] {
  const below = (folder: string, name: string): readonly string[] =>
    isAbsolute(folder) && isInside(folder, path)
      ? [[name, relative(folder, path)].filter((part) => part !== '').join('/')]
      : []
  const [first, ...more] = [
    ...below(known.workspace, '${workspace}'),
    ...below(known.home, '${home}'),
  ]
  return first === undefined ? [path] : [first, ...more]
}
