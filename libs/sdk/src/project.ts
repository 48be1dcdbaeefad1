import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, readTextBounded } from '@mb/kernel'
import { SdkError } from './sdk-error.ts'

/** What the SDK reads of a `package.json`. */
export interface ProjectPackage {
  readonly name: string | undefined
  readonly version: string | undefined
  /** Patterns of what belongs to the package; undefined when it does not say. */
  readonly files: readonly string[] | undefined
  readonly scripts: Readonly<Record<string, string>>
  /** Names of the packages that it needs, to run or to be worked on. */
  readonly packages: readonly string[]
}

/**
 * The `package.json` of a folder; undefined when there is none, as in a plugin written in another language.
 *
 * @throws SdkError `MB_SDK_PROJECT_INVALID`
 */
export async function findProjectPackage(directory: string): Promise<ProjectPackage | undefined> {
  const file = join(directory, 'package.json')
  let text: string
  try {
    text = await readTextBounded(file, { maxBytes: 1024 * 1024 })
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw invalid(file, error instanceof Error ? error.message : 'it cannot be read', error)
  }
  return parse(text, file)
}

/**
 * As {@link findProjectPackage}, for what cannot do without.
 *
 * @throws SdkError `MB_SDK_PROJECT_MISSING`, `MB_SDK_PROJECT_INVALID`
 */
export async function readProjectPackage(directory: string): Promise<ProjectPackage> {
  const project = await findProjectPackage(directory)
  if (project !== undefined) return project
  throw new SdkError('MB_SDK_PROJECT_MISSING', `Cannot use "${directory}": no package.json there`, {
    hint: 'Name the folder of a plugin, or make one with `mb sdk create`',
  })
}

/**
 * Throws unless the path is a folder that can be read.
 *
 * @throws SdkError `MB_SDK_PROJECT_MISSING`
 */
export async function checkDirectory(directory: string): Promise<void> {
  try {
    await readdir(directory)
  } catch (cause) {
    const code = errorCode(cause)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cause
    const state = code === 'ENOENT' ? 'there is nothing' : 'it is no folder'
    throw new SdkError('MB_SDK_PROJECT_MISSING', `Cannot use "${directory}": ${state}`, {
      hint: 'Name the folder of a plugin',
      cause,
    })
  }
}

function parse(text: string, file: string): ProjectPackage {
  const value = parseJson(text, file)
  if (!isRecord(value)) throw invalid(file, 'it holds no object')
  return {
    name: textOf(value['name']),
    version: textOf(value['version']),
    files: listOf(value['files']),
    scripts: isRecord(value['scripts']) ? scriptsOf(value['scripts']) : {},
    packages: [value['dependencies'], value['devDependencies']].flatMap((each) =>
      isRecord(each) ? Object.keys(each) : [],
    ),
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw invalid(file, cause instanceof Error ? cause.message : 'it is not JSON', cause)
  }
}

function invalid(file: string, state: string, cause?: unknown): SdkError {
  return new SdkError('MB_SDK_PROJECT_INVALID', `Cannot read "${file}": ${state}`, {
    hint: 'Mend the file; `npm pkg get` shows how npm reads it',
    cause,
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function listOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value)
    ? value.filter((item: unknown): item is string => typeof item === 'string')
    : undefined
}

function scriptsOf(value: Record<string, unknown>): Readonly<Record<string, string>> {
  const texts = Object.entries(value).flatMap(([name, script]) =>
    typeof script === 'string' ? [[name, script] as const] : [],
  )
  return Object.fromEntries(texts)
}
