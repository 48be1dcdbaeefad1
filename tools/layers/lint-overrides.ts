import type { Layer } from './layer-table.ts'

/** An entry of `overrides` in `.oxlintrc.json`. */
export interface LintOverride {
  readonly files: readonly string[]
  readonly rules: Readonly<Record<string, unknown>>
}

/** What the linter has to forbid so that the table of layers holds. */
export function layerOverrides(layers: readonly Layer[]): readonly LintOverride[] {
  return layers.map((layer) => ({
    files: [`${layer.directory}/src/**`],
    rules: { 'no-restricted-imports': ['error', { patterns: [restriction(layer, layers)] }] },
  }))
}

/** Whether an entry is one of those, whatever it says. */
export function isLayerOverride({ rules }: LintOverride): boolean {
  return 'no-restricted-imports' in rules
}

function restriction(layer: Layer, layers: readonly Layer[]): { group: string[]; message: string } {
  const allowed = layers.filter(({ name }) => layer.mayImport.includes(name))
  const names =
    layer.mayImport.length === 0 ? 'nothing of ours' : `${layer.mayImport.join(', ')} only`
  return {
    group: [
      '@mb/*',
      'create-mb-plugin',
      ...allowed.map(({ packageName }) => `!${packageName}`),
      ...allowed.map(({ packageName }) => `!${packageName}/*`),
    ],
    message: `${layer.name} may import ${names} (docs/architecture.md)`,
  }
}
