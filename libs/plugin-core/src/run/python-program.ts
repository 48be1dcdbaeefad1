import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { findPython } from './find-python.ts'
import { findPythonLibrary } from './find-python-library.ts'
import type { PluginProgram, ProgramRequest } from './plugin-program.ts'

/** The file that a package keeps its own copy of the library in. */
const vendored = 'milkbottle.py'

/** The flags that keep everything out that is not the plugin's: its environment, the person's packages, what was compiled before. */
const isolation = [
  // No PYTHON* variables, no packages of the user, no folder that it happens to be in.
  '-I',
  // No packages of the machine, and no .pth files, whose lines are run.
  '-S',
  // Writes no bytecode, and believes none that does not fit its source.
  '-B',
  '--check-hash-based-pycs',
  'always',
  // The same encoding everywhere.
  '-X',
  'utf8',
] as const

/** The machine's Python, with the library that the plugin brings, or ours. */
export async function pythonProgram({
  id,
  manifest,
  code,
}: ProgramRequest): Promise<PluginProgram> {
  const python = await findPython({ id, range: manifest.engines.python })
  const own = join(code, vendored)
  const library = (await isFile(own)) ? own : findPythonLibrary()
  return {
    command: python.file,
    arguments: [...isolation, library, code, manifest.entry],
    mounts: [...python.mounts, ...(library === own ? [] : [library])],
    // The library may be the plugin's, and finds modules in the plugin's folder.
    isOurs: false,
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}
