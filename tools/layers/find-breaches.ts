import { readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { layerOfImport, type Layer } from './layer-table.ts'
import { isLayerOverride, layerOverrides } from './lint-overrides.ts'
import { findForbiddenImports } from './source-imports.ts'

const versions = z.record(z.string(), z.string()).default({})
const packageSchema = z.object({
  name: z.string(),
  dependencies: versions,
  devDependencies: versions,
  peerDependencies: versions,
  optionalDependencies: versions,
})
const settingsSchema = z.object({ references: z.array(z.object({ path: z.string() })).default([]) })
const lintSchema = z.object({
  overrides: z.array(
    z.object({ files: z.array(z.string()), rules: z.record(z.string(), z.unknown()) }),
  ),
})

/** Everything in a checkout that disagrees with its table of layers, in words. */
export async function findLayerBreaches(
  root: string,
  layers: readonly Layer[],
  directories: readonly string[],
): Promise<readonly string[]> {
  const perLayer = await Promise.all(layers.map((layer) => breachesOf(root, layer, layers)))
  return [
    ...rowBreaches(layers, directories),
    ...perLayer.flat(),
    ...(await lintBreaches(root, layers)),
  ]
}

function rowBreaches(layers: readonly Layer[], directories: readonly string[]): string[] {
  const rows = new Set(layers.map(({ directory }) => directory))
  return directories
    .filter((directory) => !rows.has(directory))
    .map((directory) => `docs/architecture.md has no row for ${directory}`)
}

async function breachesOf(
  root: string,
  layer: Layer,
  layers: readonly Layer[],
): Promise<readonly string[]> {
  const file = join(root, layer.directory, 'package.json')
  const manifest = packageSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  if (manifest.name !== layer.packageName) {
    return [`${layer.directory} is called ${manifest.name}, not ${layer.packageName}`]
  }
  const needed = Object.keys({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  }).flatMap((name) => layerOfImport(layers, name) ?? [])
  const upward = needed.filter(({ name }) => !layer.mayImport.includes(name))
  return [
    ...upward.map(({ name }) => `${layer.directory}/package.json: may not depend on ${name}`),
    ...(await referenceBreaches(root, layer, needed)),
    ...(await findForbiddenImports(root, layer, layers)),
  ]
}

async function referenceBreaches(
  root: string,
  layer: Layer,
  needed: readonly Layer[],
): Promise<readonly string[]> {
  const home = join(root, layer.directory)
  const text = await readFile(join(home, 'tsconfig.json'), 'utf8')
  const { references } = settingsSchema.parse(JSON.parse(text))
  const referred = references.map(({ path }) => relative(root, resolve(home, path)))
  const wanted = needed.map(({ directory }) => directory)
  if (isDeepStrictEqual(referred.toSorted(), wanted.toSorted())) return []
  return [
    `${layer.directory}/tsconfig.json: references ${list(referred)}, but package.json needs ${list(wanted)}`,
  ]
}

async function lintBreaches(root: string, layers: readonly Layer[]): Promise<readonly string[]> {
  const text = await readFile(join(root, '.oxlintrc.json'), 'utf8')
  const actual = lintSchema.parse(JSON.parse(text)).overrides.filter(isLayerOverride)
  return isDeepStrictEqual(actual, layerOverrides(layers))
    ? []
    : ['.oxlintrc.json: the restricted imports are not those of the table']
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ')
}
