import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { SdkError } from '../../sdk-error.ts'
import { findProjectPackage } from '../../project.ts'
import { isNamedBy } from '../list-files.ts'

const left: ReadonlySet<string> = new Set(['node_modules', '.git'])
const always = /^(?:package\.json|(?:readme|licen[cs]e|copying|notice)(?:\.[a-z0-9]+)?)$/i

/**
 * The files of an installed package, sorted: all of them; of one that a workspace links to, what its package.json says
 * it would be published with.
 *
 * @throws SdkError `MB_SDK_FILE_KIND`, `MB_SDK_PACKAGE_UNFIT`
 */
export async function listInstalledFiles(
  directory: string,
  name: string,
): Promise<readonly string[]> {
  const files = await listAll(directory, '', name)
  const isInstalled = directory.split(sep).includes('node_modules')
  const project = isInstalled ? undefined : await findProjectPackage(directory)
  const isNamed = project?.files === undefined ? () => true : isNamedBy(project.files)
  const chosen = files.filter((file) => always.test(file) || isNamed(file))
  const native = chosen.find((file) => file.endsWith('.node') || file === 'binding.gyp')
  if (native !== undefined) {
    throw new SdkError(
      'MB_SDK_PACKAGE_UNFIT',
      `Cannot package "${name}": it has native code ("${native}"), which no plugin for Node may load`,
      { hint: 'Take a package in JavaScript or WebAssembly in its place' },
    )
  }
  return chosen.toSorted()
}

async function listAll(
  directory: string,
  folder: string,
  name: string,
): Promise<readonly string[]> {
  const files: string[] = []
  for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
    if (left.has(entry.name)) continue
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) files.push(...(await listAll(directory, path, name)))
    else if (entry.isFile()) files.push(path)
    else {
      const kind = entry.isSymbolicLink() ? 'a link' : 'no regular file'
      throw new SdkError('MB_SDK_FILE_KIND', `Cannot package "${name}": "${path}" is ${kind}`, {
        hint: 'Install the package again, or take another',
      })
    }
  }
  return files
}
