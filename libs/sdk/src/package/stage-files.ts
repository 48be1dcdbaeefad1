import { chmod, lstat, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, readFileBounded } from '@mb/kernel'
import { SdkError } from '../sdk-error.ts'
import { hasSecretName, holdsPrivateKey } from './secret-files.ts'

/** Largest file of a package, in bytes. */
const maxFileBytes = 100 * 1024 * 1024

/** How {@link stageFiles} copies. */
export interface StageOptions {
  /** Files that look like secrets and are none. */
  readonly allowSecretFiles?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Copies the files of a package into a folder of its own, with one of two modes, so that nothing of the machine's umask
 * gets into a package.
 *
 * @throws SdkError `MB_SDK_SECRET_FILE`, `MB_SDK_FILE_KIND`, `MB_SDK_FILE_MISSING`
 */
export async function stageFiles(
  directory: string,
  files: readonly string[],
  staging: string,
  options: StageOptions = {},
): Promise<void> {
  const { allowSecretFiles = [], signal } = options
  const judged = files.filter((file) => !allowSecretFiles.includes(file))
  const secrets = judged.filter((file) => hasSecretName(file))
  if (secrets.length > 0) throw secretFile(secrets, 'a file of that name keeps secrets')
  for (const file of files) {
    signal?.throwIfAborted()
    const source = join(directory, file)
    const isExecutable = await readIsExecutable(source, file)
    const content = await readFileBounded(source, { maxBytes: maxFileBytes, signal })
    if (judged.includes(file) && holdsPrivateKey(content))
      throw secretFile([file], 'it holds a private key')
    const target = join(staging, file)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content, { flag: 'wx', signal })
    await chmod(target, isExecutable ? 0o755 : 0o644)
  }
}

async function readIsExecutable(source: string, file: string): Promise<boolean> {
  try {
    const facts = await lstat(source)
    if (facts.isFile()) return (facts.mode & 0o100) !== 0
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause
    throw new SdkError('MB_SDK_FILE_MISSING', `Cannot package "${file}": it is gone`, { cause })
  }
  throw new SdkError('MB_SDK_FILE_KIND', `Cannot package "${file}": it is no regular file`)
}

function secretFile(files: readonly string[], state: string): SdkError {
  const shown = files.map((file) => `"${file}"`).join(', ')
  return new SdkError('MB_SDK_SECRET_FILE', `Cannot package ${shown}: ${state}`, {
    hint: 'Move it out of the folder, or leave it out of `files` in package.json; change the secret if it was ever published',
    details: { files },
  })
}
