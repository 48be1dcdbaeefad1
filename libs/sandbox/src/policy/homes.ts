import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { homeFolder, isInside } from '@mb/kernel'

/**
 * The home folders that a path has to do with, without links: those that it lies in, and those that lie in it. Every user's are
 * meant: by the list of users, by the environment, and by the form of the path, where a system keeps its users elsewhere.
 */
export function homesNear(path: string, homes: readonly string[]): readonly string[] {
  const [first = '', second = ''] = path.split('/').slice(1)
  const byForm = [
    ...(first === 'root' ? ['/root'] : []),
    ...(isHomeFolder(first) && second !== '' ? [`/${first}/${second}`] : []),
    ...(isHomeFolder(first) && second === '' ? childrenOf(path) : []),
  ]
  const near = homes.filter((home) => isInside(home, path) || isInside(path, home))
  return [...new Set([...near, ...byForm])]
}

/** The homes that this machine knows of. */
export function listHomes(): readonly string[] {
  const known = [homeFolder(), ownHome(), ...listedHomes()]
  return [...new Set(known.map(withoutLinks))].filter((home) => home !== '/' && home !== '')
}

function isHomeFolder(name: string): boolean {
  return name === 'home' || name === 'Users'
}

function childrenOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch {
    return []
  }
}

/** Of the user as the system lists it: `HOME` may name another. */
function ownHome(): string {
  try {
    return userInfo().homedir
  } catch {
    // A container may run as a number that is in no list.
    return '/'
  }
}

/** People, and root: what the system runs as has a home among the system's own folders. */
function listedHomes(): readonly string[] {
  let text = ''
  try {
    text = readFileSync('/etc/passwd', 'utf8')
  } catch {
    // There are systems without one.
  }
  return text.split('\n').flatMap((line) => {
    const [, , user = '', , , home = ''] = line.split(':')
    const number = Number(user)
    const isPerson = number === 0 || (number >= 1000 && number < 65_534)
    return user !== '' && isPerson && home.startsWith('/') ? [home] : []
  })
}

function withoutLinks(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    // One that is not there yet may be made by whom its parent is granted to.
    return dirname(path) === path ? '' : path
  }
}
