import { readdir } from 'node:fs/promises'
import { join, matchesGlob, relative, resolve, sep } from 'node:path'
import { entryFiles, type Manifest } from '@mb/manifest'
import { SdkError } from '../sdk-error.ts'
import type { ProjectPackage } from '../project.ts'

/** What decides which files of a project its package holds. */
export interface FileListRequest {
  readonly directory: string
  readonly manifest: Pick<Manifest, 'entry' | 'runtime'>
  /** The name of the manifest's file. */
  readonly manifestFile: string
  readonly project: ProjectPackage | undefined
  /** Folders to leave out: packages are written there, or taken from there. */
  readonly outputs?: readonly string[]
}

// Never part of a package: what others installed, history, and the packages themselves.
const neverFolders = new Set(['node_modules', '.git', '.milkbottle', '__pycache__'])
const neverFiles = new Set(['.DS_Store', 'Thumbs.db'])
const always = /^(?:readme|licen[cs]e|changelog|notice)(?:\.[a-z0-9]+)?$/i
const ownPackage = /\.(?:zip|tgz|tar\.gz)$/

/**
 * The files of a plugin's package, from its folder, sorted:
 * - always: the manifest, its entry, package.json, and README, LICENSE, CHANGELOG and NOTICE;
 * - beside them what `files` of package.json names; or without it, for JavaScript, the folder that the entry is in;
 *   or without a package.json everything that is not hidden.
 *
 * @throws SdkError `MB_SDK_FILE_KIND`, `MB_SDK_FILE_MISSING`
 */
export async function listPackageFiles(request: FileListRequest): Promise<readonly string[]> {
  const { directory, outputs = [join(directory, 'packages')] } = request
  const isChosen = chooser(request)
  const files: string[] = []

  async function walk(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const absolute = join(folder, entry.name)
      const path = relative(directory, absolute).split(sep).join('/')
      if (entry.isDirectory()) {
        if (neverFolders.has(entry.name) || isOneOf(absolute, outputs)) continue
        await walk(absolute)
      } else if (!neverFiles.has(entry.name) && isChosen(path)) {
        if (!entry.isFile()) throw wrongKind(path, entry.isSymbolicLink())
        files.push(path)
      }
    }
  }

  await walk(directory)
  return files.toSorted()
}

/** Whether a manifest's entry is among the files of a package. */
export function hasEntry(
  files: readonly string[],
  manifest: Pick<Manifest, 'entry' | 'runtime'>,
): boolean {
  return entryFiles(manifest).some((entry) => files.includes(entry))
}

function chooser(request: FileListRequest): (path: string) => boolean {
  const { manifest, manifestFile, project } = request
  const isNamed = named(manifest, project)
  const entries = entryFiles(manifest)
  return (path) =>
    path === manifestFile ||
    path === 'package.json' ||
    always.test(path) ||
    entries.includes(path) ||
    isNamed(path)
}

function named(
  manifest: FileListRequest['manifest'],
  project: ProjectPackage | undefined,
): (path: string) => boolean {
  if (project?.files !== undefined) return patterns(project.files)
  const [top, ...below] = manifest.entry.split('/')
  if (manifest.runtime === 'node' && project !== undefined)
    return (path) => below.length > 0 && path.startsWith(`${top}/`)
  return (path) =>
    !path.split('/').some((part) => part.startsWith('.')) &&
    (path.includes('/') || !ownPackage.test(path))
}

/** Whether the `files` of a package.json name a path. */
export function isNamedBy(files: readonly string[]): (path: string) => boolean {
  return patterns(files)
}

/** `files` of a package.json: files, folders and globs; the last one that fits decides, `!` leaves out. */
function patterns(texts: readonly string[]): (path: string) => boolean {
  const rules = texts.map((text) => ({
    takes: !text.startsWith('!'),
    glob: text
      .replace(/^!/, '')
      .replace(/^(?:\.?\/)+/, '')
      .replace(/\/+$/, ''),
  }))
  return (path) => {
    const last = rules.findLast(({ glob }) => fits(path, glob))
    return last?.takes ?? false
  }
}

function fits(path: string, glob: string): boolean {
  if (glob === '' || glob === '.') return true
  return (
    path === glob ||
    path.startsWith(`${glob}/`) ||
    matchesGlob(path, glob) ||
    matchesGlob(path, `${glob}/**`)
  )
}

/** Those of a package.json's `files` that name nothing. */
export function unmatchedPatterns(
  project: ProjectPackage | undefined,
  files: readonly string[],
): readonly string[] {
  return (project?.files ?? []).filter(
    (text) => !text.startsWith('!') && !files.some((file) => patterns([text])(file)),
  )
}

function isOneOf(path: string, outputs: readonly string[]): boolean {
  return outputs.some((output) => resolve(output) === path)
}

function wrongKind(path: string, isLink: boolean): SdkError {
  return new SdkError(
    'MB_SDK_FILE_KIND',
    `Cannot package "${path}": it is ${isLink ? 'a link' : 'no regular file'}`,
    { hint: 'Put a copy of the file there, or leave it out of `files` in package.json' },
  )
}
