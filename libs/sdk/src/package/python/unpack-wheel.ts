import { basename, join } from 'node:path'
import { isMbError, readFileBounded, readTextBounded, sha256 } from '@mb/kernel'
import {
  archiveLimits,
  extractArchive,
  parsePythonMetadata,
  readDigestTree,
  type DigestFile,
} from '@mb/manifest'
import { SdkError } from '../../sdk-error.ts'
import { isPure, type WheelName } from './wheel-name.ts'
import { whyNotRecorded } from './wheel-record.ts'

/** A wheel whose every file is what its RECORD lists. */
export interface Wheel {
  readonly wheel: WheelName
  /** Of the wheel's own bytes, in hex. */
  readonly sha256: string
  /** Where it was unpacked. */
  readonly directory: string
  readonly files: readonly DigestFile[]
  /** Names of the packages that it needs whatever the machine. */
  readonly needs: readonly string[]
  readonly license?: string
}

const nativeFile = /\.(?:so(?:\.[\d.]+)?|pyd|dll|dylib)$/i
const maxTextBytes = 4 * 1024 * 1024

/**
 * Unpacks a wheel as strictly as any archive, and checks that it is what its name and its RECORD say. Nothing of it is
 * run.
 *
 * @throws SdkError `MB_SDK_WHEEL_BROKEN`, `MB_SDK_PACKAGE_UNFIT`; ManifestError `MB_ARCHIVE_…`
 */
export async function unpackWheel(
  file: string,
  wheel: WheelName,
  { directory, signal }: { readonly directory: string; readonly signal: AbortSignal | undefined },
): Promise<Wheel> {
  const content = await readFileBounded(file, { maxBytes: archiveLimits.maxArchiveBytes, signal })
  const { form } = await extractArchive(file, directory, { signal })
  if (form !== 'zip') throw broken(file, `is a ${form} and no zip`)
  const { files } = await readDigestTree(directory, { signal })
  const info = infoOf(files)
  if (info === undefined) throw broken(file, 'does not hold just one .dist-info')
  const [record, metadata, kind] = await Promise.all(
    ['RECORD', 'METADATA', 'WHEEL'].map((name) => readText(join(directory, info, name))),
  )
  if (record === undefined || metadata === undefined || kind === undefined)
    throw broken(file, `lacks RECORD, METADATA or WHEEL in "${info}"`)
  if (!/^Wheel-Version: 1\.\d+\s*$/m.test(kind)) throw broken(file, 'has a form that is not known')
  const wrong = whyNotRecorded(record, files, info)
  if (wrong !== undefined) throw broken(file, wrong)
  checkIdentity(file, wheel, metadata)
  checkNative(file, wheel, files)
  const license = headerOf(metadata, 'License-Expression') ?? headerOf(metadata, 'License')
  return {
    wheel,
    sha256: sha256(content),
    directory,
    files,
    needs: needsIn(metadata),
    ...(license !== undefined && { license }),
  }
}

function infoOf(files: readonly DigestFile[]): string | undefined {
  const folders = new Set(files.flatMap(({ path }) => /^[^/]+\.dist-info(?=\/)/.exec(path) ?? []))
  const [info] = folders
  return folders.size === 1 ? info : undefined
}

function checkIdentity(file: string, { name, version }: WheelName, metadata: string): void {
  const said = parsePythonMetadata(metadata)
  if (said?.name === name && sameVersion(said.version, version)) return
  const is = said === undefined ? 'nothing' : `${said.name} ${said.version}`
  throw broken(file, `says that it is ${is}`)
}

/** Names of files cannot hold all that a version can. */
function sameVersion(one: string, other: string): boolean {
  return plain(one) === plain(other)
}

function plain(version: string): string {
  return version.toLowerCase().replaceAll(/[-_.+]/g, '.')
}

function checkNative(file: string, wheel: WheelName, files: readonly DigestFile[]): void {
  const native = files.find(({ path }) => nativeFile.test(path))
  if (native === undefined || !isPure(wheel)) return
  throw broken(file, `says that it is for every machine, and holds native code ("${native.path}")`)
}

/** `Requires-Dist` without a condition: what a condition asks, only a machine can answer. */
function needsIn(metadata: string): readonly string[] {
  const head = metadata.split(/\r?\n\r?\n/, 1)[0] ?? ''
  return [...head.matchAll(/^Requires-Dist:\s*([A-Za-z0-9][\w.-]*)([^;\n]*)(;[^\n]*)?$/gm)].flatMap(
    ([, name, , condition]) => (name === undefined || condition !== undefined ? [] : [name]),
  )
}

function headerOf(metadata: string, name: string): string | undefined {
  const head = metadata.split(/\r?\n\r?\n/, 1)[0] ?? ''
  const value = new RegExp(`^${name}:[ \\t]*([^\\r\\n]{1,200})\\r?$`, 'm').exec(head)?.[1]?.trim()
  return value === '' || value === 'UNKNOWN' ? undefined : value
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readTextBounded(file, { maxBytes: maxTextBytes })
  } catch (error) {
    if (isMbError(error) || isAbsent(error)) return undefined
    throw error
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function broken(file: string, is: string): SdkError {
  return new SdkError('MB_SDK_WHEEL_BROKEN', `Cannot package "${basename(file)}": it ${is}`, {
    hint: 'Download it again, and check where it came from',
  })
}
