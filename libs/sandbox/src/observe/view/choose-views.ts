import { realpathSync } from 'node:fs'
import { isInside } from '@mb/kernel'
import { findBuilder } from '../../backends/find-builder.ts'
import { SandboxError } from '../../sandbox-error.ts'
import type { ObserveOptions } from '../observe-options.ts'
import { runOnce } from '../run-once.ts'
import { copyViews } from './copy-views.ts'
import { overlayViews } from './overlay-views.ts'
import { makeOwnFolder, temporaryPlaces } from '../../machine/own-folder.ts'
import { removeTree } from '../../machine/remove-tree.ts'
import type { ViewMaker } from './view.ts'

/**
 * The views that this machine can make of a folder: overlays where the kernel lets this user mount them, else copies.
 *
 * @param folder without links
 * @throws SandboxError `MB_SANDBOX_POLICY` for a folder that cannot be granted, or is too large to be copied;
 *   `MB_SANDBOX_BACKEND_MISSING` where no jail can show it
 */
export async function chooseViews(
  folder: string,
  options: ObserveOptions,
): Promise<ViewMaker & AsyncDisposable> {
  const base = makeOwnFolder('view', findPlace(folder))
  const remove = (): Promise<void> => removeTree(base)
  try {
    const views = await firstThatWorks(folder, base, options)
    return {
      kind: views.kind,
      make: () => views.make(),
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

async function firstThatWorks(
  folder: string,
  base: string,
  options: ObserveOptions,
): Promise<ViewMaker> {
  const overlay = overlayViews(folder, base)
  if ((await tryOut(overlay, folder, options)) === undefined) return overlay
  // That of the kernel: what else is not installed would change nothing of it.
  let first: SandboxError | undefined
  for (const backend of ['namespaces', 'bubblewrap'] as const) {
    const copies = copyViews(folder, base, {
      findBuilder: () => findBuilder(backend, options.cacheDirectory),
      maxBytes: options.copyBytes ?? 256 * 1024 * 1024,
    })
    // oxlint-disable-next-line no-await-in-loop -- the second is for where the first fails
    const failure = await tryOut(copies, folder, options)
    if (failure === undefined) return copies
    first ??= failure
  }
  throw first
}

/** Runs a program that does nothing. What is wrong with the folder is wrong for every view of it. */
async function tryOut(
  views: ViewMaker,
  workspace: string,
  { cacheDirectory, signal }: ObserveOptions,
): Promise<SandboxError | undefined> {
  try {
    await using view = await views.make()
    const policy = { fs: { write: [workspace] } }
    const order = { command: 'true', args: [], workspace, policy, view, cacheDirectory, signal }
    await runOnce(order)
    return undefined
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    if (error.code !== 'MB_SANDBOX_POLICY') return error
    // The hint of a grant is for those who have written one.
    throw new SandboxError('MB_SANDBOX_POLICY', error.message, {
      hint: 'Observe in another folder: all of the one that you are in is shown to the command',
      details: error.details,
      cause: error,
    })
  }
}

/** A place for what is written: no overlay may lie in what it shows, and its path may hold nothing that parts options of a mount. */
function findPlace(folder: string): string {
  const place = temporaryPlaces()
    .map((each) => realpathSync(each))
    .find((each) => !isInside(folder, each) && !/[,:\\]/.test(each))
  if (place !== undefined) return place
  throw new SandboxError(
    'MB_SANDBOX_POLICY',
    `Cannot show "${folder}" with its changes kept apart: every temporary folder lies in it`,
    { hint: 'Observe in a folder below it' },
  )
}
