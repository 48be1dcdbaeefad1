import { setTimeout as sleep } from 'node:timers/promises'
import { neutralText, parsePluginName } from '@mb/manifest'
import {
  reprDigest,
  routes,
  type PublishStatus,
  type ValidateResult,
} from '@mb/marketplace-protocol'
import type { Connection } from '../connection.ts'
import type { PublishOptions, PublishProgress, ValidateOptions } from '../marketplace.ts'
import { MarketplaceError } from '../marketplace-error.ts'
import { PackageFile } from './package-file.ts'

const firstPauseMs = 100
const longestPauseMs = 2000

/** Sends a package, and waits for what becomes of it. */
export async function publishPackage(
  connection: Connection,
  path: string,
  { namespace: given, wait = true, signal, onProgress }: PublishOptions,
): Promise<PublishStatus> {
  const namespace = parsePluginName(given)
  await using file = await PackageFile.open(path, signal)
  await checkSize(connection, file, signal)
  const status = await connection.ask(
    routes.publish,
    { namespace },
    {
      ...packageQuestion(file, onProgress),
      signal,
      // The same bytes again are no second publish: they are answered with what became of the first.
      isRepeatable: true,
    },
  )
  if (status.sha256 !== file.sha256)
    throw connection.unusable('it is about another package than was sent')
  const last = wait ? await untilDone(connection, status, { signal, onProgress, file }) : status
  if (last.state === 'rejected') throw rejected(connection, last)
  return last
}

/** Asks what would become of a package. */
export async function validatePackage(
  connection: Connection,
  path: string,
  { namespace: given, signal, onProgress }: ValidateOptions,
): Promise<ValidateResult> {
  const namespace = given === undefined ? undefined : parsePluginName(given)
  await using file = await PackageFile.open(path, signal)
  await checkSize(connection, file, signal)
  return await connection.ask(
    routes.validate,
    {},
    {
      ...packageQuestion(file, onProgress),
      ...(namespace === undefined ? {} : { query: { namespace } }),
      signal,
      isRepeatable: true,
    },
  )
}

function packageQuestion(
  file: PackageFile,
  onProgress: ((progress: PublishProgress) => void) | undefined,
) {
  return {
    body: file.body(onProgress),
    headers: {
      'content-type': 'application/octet-stream',
      'repr-digest': reprDigest(file.sha256),
    },
  }
}

/** Asked first: an answer to what is too large cannot be told from a connection that broke while it was sent. */
async function checkSize(
  connection: Connection,
  file: PackageFile,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { maxPackageBytes } = await connection.ask(routes.service, {}, { signal })
  if (file.bytes <= maxPackageBytes) return
  throw new MarketplaceError(
    'MB_MARKETPLACE_REJECTED',
    `Cannot send the package: it has ${file.bytes} bytes, and ${connection.whom} takes ${maxPackageBytes}`,
    {
      hint: 'Leave out what the plugin does not need',
      details: { problem: 'too-large', maxPackageBytes },
    },
  )
}

async function untilDone(
  connection: Connection,
  first: PublishStatus,
  options: {
    readonly signal: AbortSignal | undefined
    readonly onProgress: ((progress: PublishProgress) => void) | undefined
    readonly file: PackageFile
  },
): Promise<PublishStatus> {
  const { onProgress, file } = options
  return connection.during(options.signal, async (signal) => {
    let status = first
    for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
      onProgress?.({ bytes: file.bytes, total: file.bytes, state: status.state })
      if (status.state === 'live' || status.state === 'rejected') return status
      await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted())
      status = await connection.ask(routes.publishStatus, { id: first.id }, { signal })
      if (status.id !== first.id || status.sha256 !== first.sha256)
        throw connection.unusable('it is about another package than was asked for')
    }
  })
}

function rejected(connection: Connection, status: PublishStatus): MarketplaceError {
  const { id, plugin, version, reasons, warnings } = status
  const [first] = reasons
  return new MarketplaceError(
    'MB_MARKETPLACE_REJECTED',
    `Cannot publish ${plugin ?? 'the package'}${version === undefined ? '' : `@${version}`}: ${connection.whom} rejected it${first === undefined ? '' : ` (${neutralText(first.message)})`}`,
    {
      hint:
        first?.help === undefined
          ? 'Correct what the reasons name'
          : `The marketplace says: ${neutralText(first.help)}`,
      details: { id, problem: first?.code, reasons, warnings },
    },
  )
}
