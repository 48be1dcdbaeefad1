import { readDigestTree } from '@mb/manifest'
import { errorCode } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'

/** An installed package, as the state remembers it. */
export interface Untouched {
  readonly id: string
  readonly directory: string
  readonly digest: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Checks that installed files are those that were verified at install, each of them.
 *
 * @throws PluginError `MB_PLUGIN_TAMPERED`
 */
export async function checkUntouched({ id, directory, digest, signal }: Untouched): Promise<void> {
  const found = await digestOf(directory, signal)
  if (found === digest) return
  throw new PluginError(
    'MB_PLUGIN_TAMPERED',
    `Cannot use "${id}": its installed files were changed after they were verified`,
    {
      hint: 'Install it again with --force, and find out who changed them',
      details: { directory, verified: digest, ...(found === undefined ? {} : { found }) },
    },
  )
}

/** Whether installed files are those that were verified at install. */
export async function isUntouched({
  directory,
  digest,
  signal,
}: Omit<Untouched, 'id'>): Promise<boolean> {
  return (await digestOf(directory, signal)) === digest
}

/** Undefined for what is no package at all any more. */
async function digestOf(
  directory: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return (await readDigestTree(directory, { signal })).digest
  } catch (error) {
    signal?.throwIfAborted()
    if (errorCode(error) === undefined) throw error
    return undefined
  }
}
