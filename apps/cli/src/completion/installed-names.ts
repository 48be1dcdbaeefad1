import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Names of installed plugins: bare where one namespace alone has it, else `namespace/name`. Reads folders alone. */
export function installedPlugins(home: string): readonly string[] {
  const plugins = join(home, 'plugins')
  const ids = foldersIn(plugins).flatMap((namespace) =>
    foldersIn(join(plugins, namespace)).map((name) => ({ namespace, name })),
  )
  return ids.map(({ namespace, name }) =>
    ids.filter((each) => each.name === name).length === 1 ? name : `${namespace}/${name}`,
  )
}

/** Names of signing keys. */
export function signingKeys(home: string): readonly string[] {
  return entriesOf(join(home, 'keys'))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.key'))
    .map((entry) => entry.name.slice(0, -'.key'.length))
    .filter(isName)
}

function foldersIn(directory: string): readonly string[] {
  return entriesOf(directory)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter(isName)
}

function entriesOf(directory: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(directory)
  } catch {
    // Completion has nobody to tell; what cannot be read is not offered.
    return []
  }
}

function readEntries(
  directory: string,
): { isFile(): boolean; isDirectory(): boolean; readonly name: string }[] {
  return readdirSync(directory, { withFileTypes: true })
}

function isName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,63}$/.test(name)
}
