import { constants } from 'node:fs'
import { access, open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { errorCode, isInside } from '@mb/kernel'
import { rangesMeet } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'

/** A Python of this machine. */
export interface Python {
  /** The program, without links. */
  readonly file: string
  /** `3.12`. */
  readonly version: string
  /** What the jail has to show for it; nothing for the system's own. */
  readonly mounts: readonly string[]
}

/** Which Python is wanted. */
export interface PythonSearch {
  /** The plugin that it is for. */
  readonly id: string
  /** `engines.python` of its manifest. */
  readonly range?: string | undefined
  /** Folders to look in. @default those of the system, then those of PATH */
  readonly folders?: readonly string[]
}

/** What the library for plugins needs. */
const oldestMinor = 9
const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46])

/**
 * Finds a Python 3 without running any: whoever runs one that was found on PATH outside the sandbox has trusted it.
 * The system's own comes first, which the jail shows anyway. A virtual environment stands for the Python that it was
 * made from.
 *
 * @throws PluginError `MB_PLUGIN_RUNTIME`
 */
export async function findPython({ id, range, folders }: PythonSearch): Promise<Python> {
  const seen: Python[] = []
  for (const folder of folders ?? usualFolders()) {
    for (const name of await pythonNames(folder)) {
      const python = await readPython(join(folder, name))
      if (python === undefined) continue
      if (minorOf(python) >= oldestMinor && isEnough(python, range)) return python
      seen.push(python)
    }
  }
  throw missing(id, range ?? `>=3.${oldestMinor}`, seen)
}

function usualFolders(): readonly string[] {
  const path = process.env['PATH']?.split(':').filter((folder) => isAbsolute(folder)) ?? []
  return [...new Set(['/usr/bin', '/usr/local/bin', ...path])]
}

/** `python3` first, as the folder's owner chose it, then those with a version in their name, the newest first. */
async function pythonNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  const versioned = names.filter((name) => /^python3\.\d+$/.test(name))
  return [
    ...names.filter((name) => name === 'python3'),
    ...versioned.toSorted((one, other) => namedMinor(other) - namedMinor(one)),
  ]
}

function namedMinor(name: string): number {
  return Number(name.slice('python3.'.length))
}

/** A Python as its files tell; undefined for anything else, as the script that a version manager puts in its place. */
async function readPython(path: string): Promise<Python | undefined> {
  try {
    const file = await realpath(path)
    await access(file, constants.X_OK)
    if (!(await isProgram(file)) || !(await isOwn(file))) return undefined
    const prefix = dirname(dirname(file))
    const version = await versionIn(prefix, basename(file))
    if (version === undefined) return undefined
    // The jail shows /usr whole.
    const mounts = isInside('/usr', file) ? [] : [file, join(prefix, 'lib')]
    return { file, version, mounts }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR' || code === 'ELOOP')
      return undefined
    throw error
  }
}

async function isProgram(file: string): Promise<boolean> {
  await using handle = await open(file, 'r')
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(elf.length), 0, elf.length, 0)
  return bytesRead === elf.length && buffer.equals(elf)
}

/** Whether only root or the person could have put it there. */
async function isOwn(file: string): Promise<boolean> {
  const { uid, mode } = await stat(file)
  return (uid === 0 || uid === process.getuid?.()) && (mode & 0o022) === 0
}

/** The name says it; else the folder of its standard library does. */
async function versionIn(prefix: string, name: string): Promise<string | undefined> {
  const said = /^python(3\.\d+)$/.exec(name)?.[1]
  if (said !== undefined) return said
  const folders = await readdir(join(prefix, 'lib'))
  const versions = folders.flatMap((folder) => /^python(3\.\d+)$/.exec(folder)?.[1] ?? [])
  return versions.length === 1 ? versions[0] : undefined
}

function minorOf({ version }: Python): number {
  return Number(version.slice('3.'.length))
}

/** Its third number is known only by running it: any of them may be the one. */
function isEnough({ version }: Python, range: string | undefined): boolean {
  return range === undefined || rangesMeet(`${version}.x`, range)
}

function missing(id: string, range: string, seen: readonly Python[]): PluginError {
  const found = [...new Set(seen.map(({ version }) => version))]
  return new PluginError(
    'MB_PLUGIN_RUNTIME',
    `Cannot run plugin "${id}": it needs Python ${range}, this machine has ${found.length === 0 ? 'none' : found.join(', ')}`,
    {
      hint: 'Install python3 as your system does (apt install python3, dnf install python3, brew install python), or put another on PATH',
      details: { plugin: id, runtime: 'python', range, found },
    },
  )
}
