import { access, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** A package of this repository. */
export interface Workspace {
  readonly name: string
  /** From the root, such as `libs/kernel`. */
  readonly directory: string
  readonly isPrivate: boolean
  readonly scripts: Readonly<Record<string, string>>
}

/** Root of the checkout. */
export const root: string = resolve(import.meta.dirname, '..')

/** Every package of the product and of its tools, libraries first. */
export async function readWorkspaces(): Promise<readonly Workspace[]> {
  const folders = await Promise.all(['libs', 'apps'].map(listFolder))
  return Promise.all([...folders.flat(), 'tools'].map(readWorkspace))
}

/** The example programs and plugins that are npm packages; nobody publishes them to a registry. */
export async function readExamples(): Promise<readonly Workspace[]> {
  const folders = await Promise.all(['examples', 'examples/plugins'].map(listFolder))
  const packages = await Promise.all(
    folders.flat().map(async (directory) => ({
      directory,
      isPackage: await access(join(root, directory, 'package.json')).then(
        () => true,
        () => false,
      ),
    })),
  )
  return Promise.all(
    packages.filter(({ isPackage }) => isPackage).map(({ directory }) => readWorkspace(directory)),
  )
}

async function listFolder(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`)
    .toSorted()
}

async function readWorkspace(directory: string): Promise<Workspace> {
  const text = await readFile(join(root, directory, 'package.json'), 'utf8')
  const { name, private: isPrivate = false, scripts = {} } = JSON.parse(text)
  return { name, directory, isPrivate, scripts }
}
