import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, isInside } from '@mb/kernel'
import type { PathPermission, Permissions } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import { refuseOwnPlaces, type OwnPlaces } from './own-places.ts'

/** Paths that a run may see, by what it may do there. Absolute. */
export interface Mounts {
  readonly read: readonly string[]
  readonly write: readonly string[]
}

/** What the variables of permissions stand for. */
export interface Places {
  readonly workspace: string
  readonly data: string
  readonly home: string
}

/**
 * The mounts of what was granted. What does not exist cannot be mounted and is left out: there is nothing to protect,
 * and nothing to give.
 *
 * @throws PluginError `MB_PERMISSION_PATH` for a path that leaves its folder by a link, or holds our own files
 */
export async function grantedMounts(
  fs: Permissions['fs'],
  places: Places,
  own: OwnPlaces,
): Promise<Mounts> {
  const [read, write] = await Promise.all([
    findAll(fs.read, places, own),
    findAll(fs.write, places, own),
  ])
  return { read, write }
}

/** The permission that a real path was mounted for, as it was granted; undefined when it was none. */
export async function permissionFor(
  real: string,
  { read, write }: Permissions['fs'],
  places: Places,
): Promise<string | undefined> {
  for (const { path } of [...write, ...read]) {
    const { root, rest } = split(path.replace(/\/\*\*$/, ''), places)
    // oxlint-disable-next-line no-await-in-loop -- the first that fits is the answer
    if ((await realpathIfThere(join(root, rest))) === real) return path
  }
  return undefined
}

/** Whether a grant is about the plugin's own folder, which has to be made then. */
export function usesData({ fs }: Permissions): boolean {
  return [...fs.read, ...fs.write].some(({ path }) => path.startsWith('${data}'))
}

async function findAll(
  permissions: readonly PathPermission[],
  places: Places,
  own: OwnPlaces,
): Promise<readonly string[]> {
  const found = await Promise.all(permissions.map(({ path }) => find(path, places, own)))
  return [...new Set(found.filter((path) => path !== undefined))]
}

async function find(granted: string, places: Places, own: OwnPlaces): Promise<string | undefined> {
  const { root, rest } = split(granted.replace(/\/\*\*$/, ''), places)
  const real = await realpathIfThere(join(root, rest))
  const realRoot = await realpathIfThere(root)
  if (real === undefined || realRoot === undefined) return undefined
  // A stranger's repository can hold a link to the person's keys under the very name that was granted.
  if (!isInside(realRoot, real)) {
    throw new PluginError(
      'MB_PERMISSION_PATH',
      `Cannot open "${granted}" to a plugin: it is a link to "${real}", outside "${realRoot}"`,
      { hint: 'Replace the link by what it stands for' },
    )
  }
  refuseOwnPlaces(real, own, `"${granted}"`)
  // Node's permission model takes it as a wildcard, which would open the neighbours of such a path.
  if (real.includes('*')) {
    throw new PluginError(
      'MB_PERMISSION_PATH',
      `Cannot open "${granted}" to a plugin: "${real}" holds "*", which the sandbox cannot take literally`,
      { hint: 'Rename the folder' },
    )
  }
  return real
}

function split(path: string, places: Places): { readonly root: string; readonly rest: string } {
  const variable = /^\$\{(workspace|data|home)\}(?:\/|$)/.exec(path)
  const name = variable?.[1]
  if (name === 'workspace' || name === 'data' || name === 'home')
    return { root: places[name], rest: path.slice(variable?.[0].length) }
  return { root: '/', rest: path }
}

async function realpathIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
