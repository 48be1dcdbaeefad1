import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { inHome, isInside } from '@mb/kernel'
import { upwards } from '../upwards.ts'
import type { PlaceKind } from './discovered-plugin.ts'

/** A folder that plugins are looked for in. */
export interface Place {
  readonly kind: Exclude<PlaceKind, 'installed' | 'remote'>
  readonly path: string
  /** Links are followed as far as they lead into this folder. */
  readonly bound: string
}

/** Where plugins are looked for. */
export interface PlaceOptions {
  /** The folder that the person is in. */
  readonly workspace: string
  /** Folders of the person's own choice; `~` stands for their home. @default none */
  readonly searchPaths?: readonly string[] | undefined
  /** @default /usr/local/share/milkbottle/plugins */
  readonly system?: string | undefined
}

/** Folders below the one that the person is in. */
const projectFolders: readonly string[] = ['plugins', 'local_plugins']

const systemFolder = '/usr/local/share/milkbottle/plugins'

/** The folders that are looked through, the first of them first. Whether they exist is not asked here. */
export function placesOf({
  workspace,
  searchPaths = [],
  system = systemFolder,
}: PlaceOptions): readonly Place[] {
  const own: readonly Place[] = [
    ...projectFolders.map((name) => place('project', join(workspace, name), workspace)),
    ...searchPaths.map((path) => place('search-path', resolve(workspace, inHome(path)))),
    place('system', system),
    ...packagesOf(workspace),
  ]
  const seen = new Set<string>()
  return own.filter(({ path }) => !seen.has(path) && seen.add(path))
}

/** A place as people are told of it. */
export interface ListedPlace {
  readonly kind: PlaceKind
  readonly path: string
  /** Whether there is such a folder now. */
  readonly exists: boolean
}

/** Where plugins are looked for, beginning with where those that are installed lie. */
export function discoveryPlaces(
  options: PlaceOptions & { readonly home: string },
): readonly ListedPlace[] {
  const workspace = resolve(options.workspace)
  return [
    { kind: 'installed' as const, path: join(options.home, 'plugins') },
    ...placesOf({ ...options, workspace }),
  ].map(({ kind, path }) => ({ kind, path, exists: existsSync(path) }))
}

function place(kind: Place['kind'], path: string, bound: string = path): Place {
  return { kind, path, bound: realOf(bound) }
}

/** The nearest `node_modules` upwards, no further than the project goes. */
function packagesOf(workspace: string): readonly Place[] {
  const root = projectRoot(workspace)
  for (let folder = workspace; isInside(root, folder); folder = dirname(folder)) {
    const path = join(folder, 'node_modules')
    // Workspaces are links out of it, and into the project.
    if (existsSync(path)) return [place('node-modules', path, root)]
    if (folder === dirname(folder)) break
  }
  return []
}

/**
 * The folder that the project lies in: that of its repository, else of its nearest package. Without either it is the
 * folder itself: what lies above may be everybody's.
 */
function projectRoot(workspace: string): string {
  return nearestWith(workspace, '.git') ?? nearestWith(workspace, 'package.json') ?? workspace
}

function nearestWith(workspace: string, name: string): string | undefined {
  return upwards(workspace).find((folder) => existsSync(join(folder, name)))
}

/** A path without links, as far as there is something at it. */
export function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
