import { glob, readFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { parseSync } from 'oxc-parser'
import { layerOfImport, type Layer } from './layer-table.ts'

/**
 * What the sources of a package import against the table: another package of ours by its name, also by `import()`, which
 * the linter does not look at; or a file of another package by its path.
 */
export async function findForbiddenImports(
  root: string,
  layer: Layer,
  layers: readonly Layer[],
): Promise<readonly string[]> {
  const home = join(root, layer.directory)
  const breaches: string[] = []
  for await (const file of glob('src/**/*.ts', { cwd: home })) {
    const path = join(home, file)
    for (const specifier of readImports(path, await readFile(path, 'utf8'))) {
      const why = specifier.startsWith('.')
        ? whyLeaving(home, path, specifier)
        : whyForbidden(layer, layerOfImport(layers, specifier))
      if (why !== undefined) breaches.push(`${relative(root, path)} imports ${specifier}: ${why}`)
    }
  }
  return breaches.toSorted()
}

/** Everything that a module imports or passes on, whose name stands in its text. */
export function readImports(file: string, text: string): readonly string[] {
  const { module } = parseSync(file, text)
  const fixed = module.staticImports.map(({ moduleRequest }) => moduleRequest.value)
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
  )
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest }) => {
    const written = text.slice(moduleRequest.start, moduleRequest.end)
    return /^(['"`])(.*)\1$/s.exec(written)?.[2] ?? []
  })
  return [...new Set([...fixed, ...passedOn, ...dynamic])]
}

function whyLeaving(home: string, file: string, specifier: string): string | undefined {
  const target = resolve(file, '..', specifier)
  return target.startsWith(home + sep) ? undefined : 'it leaves the package'
}

function whyForbidden(layer: Layer, imported: Layer | undefined): string | undefined {
  if (imported === undefined || imported === layer || layer.mayImport.includes(imported.name)) {
    return undefined
  }
  return `${layer.name} may not import ${imported.name}`
}
