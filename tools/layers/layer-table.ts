/** A package's place in the house. */
export interface Layer {
  /** From the root, such as `libs/kernel`. */
  readonly directory: string
  /** Last part of {@link directory}, which is what the table calls it. */
  readonly name: string
  /** What it is imported as. */
  readonly packageName: string
  /** Names of the packages that it may import, all of which are before it in the table. */
  readonly mayImport: readonly string[]
}

const row = /^\|\s*`((?:libs|apps)\/([^`/]+))`\s*\|.*\|([^|]*)\|\s*$/

/** Reads the table of `docs/architecture.md`; one that names a package before its row is an error, so it has no circle. */
export function parseLayers(page: string): readonly Layer[] {
  const layers: Layer[] = []
  for (const line of page.split('\n')) {
    const [, directory, name, cell = ''] = row.exec(line) ?? []
    if (directory === undefined || name === undefined) continue
    const mayImport = [...cell.matchAll(/`([^`]+)`/g)].map(([, imported = '']) => imported)
    const above = new Set(layers.map((layer) => layer.name))
    const upward = mayImport.find((imported) => !above.has(imported))
    if (upward !== undefined) {
      throw new Error(`Cannot order layers: ${name} may import ${upward}, which is not above it`)
    }
    layers.push({ directory, name, packageName: packageName(name), mayImport })
  }
  if (layers.length === 0) throw new Error('Cannot read layers: the page has no table of them')
  return layers
}

// npm wants the initializer of `npm create mb-plugin` under this very name.
function packageName(name: string): string {
  return name.startsWith('create-') ? name : `@mb/${name}`
}

/** The layer that an import names, by a package or one of its subpaths. */
export function layerOfImport(layers: readonly Layer[], specifier: string): Layer | undefined {
  return layers.find(
    ({ packageName: name }) => specifier === name || specifier.startsWith(`${name}/`),
  )
}
