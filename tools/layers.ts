/**
 * `node tools/layers.ts [--write]`: says what disagrees with the table of layers in docs/architecture.md; `--write` puts
 * the table's restrictions into `.oxlintrc.json` first.
 *
 * @module
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findLayerBreaches } from './layers/find-breaches.ts'
import { parseLayers, type Layer } from './layers/layer-table.ts'
import { isLayerOverride, layerOverrides, type LintOverride } from './layers/lint-overrides.ts'
import { runStep } from './run-step.ts'
import { readWorkspaces, root } from './workspaces.ts'

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const layers = parseLayers(await readFile(join(root, 'docs', 'architecture.md'), 'utf8'))
if (values.write) await writeLintOverrides(layers)

const directories = (await readWorkspaces()).map(({ directory }) => directory)
const breaches = await findLayerBreaches(
  root,
  layers,
  directories.filter((directory) => directory !== 'tools'),
)
for (const breach of breaches) process.stdout.write(`${breach}\n`)
process.exitCode = breaches.length === 0 ? 0 : 1

async function writeLintOverrides(table: readonly Layer[]): Promise<void> {
  const file = join(root, '.oxlintrc.json')
  const settings = JSON.parse(await readFile(file, 'utf8'))
  settings.overrides = [
    ...settings.overrides.filter((override: LintOverride) => !isLayerOverride(override)),
    ...layerOverrides(table),
  ]
  await writeFile(file, JSON.stringify(settings, null, 2))
  await runStep('oxfmt', ['.oxlintrc.json'])
}
