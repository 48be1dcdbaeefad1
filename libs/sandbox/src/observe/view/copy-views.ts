import { lstatSync, mkdirSync } from 'node:fs'
import { constants } from 'node:fs'
import { cp, lstat, mkdtemp, opendir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { isInside } from '@mb/kernel'
import type { JailBuilder } from '../../jail/jail-builder.ts'
import type { ExpectedMount, JailPart, JailPlan } from '../../jail/jail-plan.ts'
import { SandboxError } from '../../sandbox-error.ts'
import { readTree } from './read-tree.ts'
import { removeTree } from '../../machine/remove-tree.ts'
import type { View, ViewMaker } from './view.ts'

/** How copies are made. */
export interface CopyOptions {
  readonly findBuilder: () => Promise<JailBuilder>
  readonly maxBytes: number
}

/**
 * Views that are copies, each run's its own, which share their blocks where the file system can do that.
 *
 * @param folder without links
 * @param base a folder outside of it
 */
export function copyViews(folder: string, base: string, options: CopyOptions): ViewMaker {
  return {
    kind: 'copy',
    make: async () => openCopy(folder, base, options),
  }
}

async function openCopy(folder: string, base: string, options: CopyOptions): Promise<View> {
  await refuseLarge(folder, options.maxBytes)
  const builder = await options.findBuilder()
  const place = await mkdtemp(join(base, 'view-'))
  const copy = join(place, 'copy')
  await cp(folder, copy, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    mode: constants.COPYFILE_FICLONE,
    filter: async (path) => {
      const facts = await lstat(path)
      return facts.isFile() || facts.isDirectory() || facts.isSymbolicLink()
    },
  })
  const before = await readTree(copy)
  const held = new Set<string>()
  return {
    builder,
    show: (plan) => showCopy(plan, { folder, copy, held }),
    readChanges: async () => changesBetween(before, await readTree(copy), held),
    [Symbol.asyncDispose]: () => removeTree(place),
  }
}

interface CopiedFolder {
  readonly folder: string
  readonly copy: string
  /** Gets the places, below the folder, that were made for covers. */
  readonly held: Set<string>
}

function showCopy(plan: JailPlan, copied: CopiedFolder): JailPlan {
  const { folder, copy, held } = copied
  const moved = (path: string): string => join(copy, relative(folder, path))
  const showPart = (part: JailPart): JailPart => {
    if (part.kind !== 'bind' || !isInside(folder, part.from ?? part.path)) return part
    const from = moved(part.from ?? part.path)
    // What lies over a name that nothing has was made after the copy.
    if (lstatSync(from, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(from, { recursive: true })
      held.add(relative(folder, part.path))
    }
    return { ...part, from }
  }
  const showMount = (mount: ExpectedMount): ExpectedMount => {
    if (mount.source === undefined || !isInside(folder, mount.source.path)) return mount
    const path = moved(mount.source.path)
    const { dev: device, ino: inode } = lstatSync(path)
    return { ...mount, source: { path, device, inode } }
  }
  // The parts first: they make what the mounts look at.
  const parts = plan.parts.map(showPart)
  return { ...plan, parts, mounts: plan.mounts.map(showMount) }
}

function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  held: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const isOurs = (path: string): boolean =>
    [...held].some((place) => isInside(`/${place}`, `/${path}`))
  const changed = [...after].filter(([path, state]) => before.get(path) !== state && !isOurs(path))
  const gone = [...before.keys()].filter((path) => !after.has(path))
  return new Map([...changed, ...gone.map((path) => [path, 'gone'] as const)])
}

/** @throws SandboxError `MB_SANDBOX_POLICY` */
async function refuseLarge(folder: string, maxBytes: number): Promise<void> {
  let bytes = 0
  const count = async (path: string): Promise<void> => {
    for await (const entry of await opendir(path)) {
      const place = join(path, entry.name)
      if (entry.isFile()) bytes += (await lstat(place)).size
      // A folder takes a page.
      bytes += 4096
      if (bytes > maxBytes)
        throw new SandboxError(
          'MB_SANDBOX_POLICY',
          `Cannot show "${folder}" with its changes kept apart: this kernel lets you mount no overlay, and there is more in it than the ${maxBytes} bytes that are copied`,
          { hint: 'Observe in a smaller folder' },
        )
      if (entry.isDirectory()) await count(place)
    }
  }
  await count(folder)
}
