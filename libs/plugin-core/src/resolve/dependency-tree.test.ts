import { parseManifest } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import type { PluginRecord } from '../store/plugin-record.ts'
import { dependencyTree, type TreeNode } from './dependency-tree.ts'

function installed(
  spec: string,
  needs: Readonly<Record<string, string>> = {},
  differs: Partial<PluginRecord> & { readonly optional?: Readonly<Record<string, string>> } = {},
): PluginRecord {
  const [id = '', version = ''] = spec.split('@')
  const { optional = {}, ...rest } = differs
  const manifest = parseManifest(
    JSON.stringify({
      name: id.slice(id.indexOf('/') + 1),
      version,
      description: 'A plugin',
      author: 'Acme',
      license: 'MIT',
      entry: 'index.mjs',
      plugins: needs,
      optionalPlugins: optional,
    }),
    { format: 'json' },
  )
  return {
    id,
    enabled: true,
    words: {},
    versions: [],
    wantedBy: 'person',
    digest: 'ab'.repeat(32),
    keyId: undefined,
    installedAt: '2026-01-31T12:00:00.000Z',
    source: 'here',
    manifest,
    ...rest,
  }
}

/** A tree as indented lines. */
function drawn(nodes: readonly TreeNode[], indent = ''): readonly string[] {
  return nodes.flatMap(({ id, version = '-', state, isOptional, cut, needs }) => [
    `${indent}${[id, version, state, ...(isOptional ? ['optional'] : []), ...(cut === undefined ? [] : [cut])].join(' ')}`,
    ...drawn(needs, `${indent}  `),
  ])
}

const plugins = [
  installed('acme/report@1.0.0', { pdf: '^1.0.0', 'acme/fonts': '*' }),
  installed('acme/pdf@1.1.0', { 'acme/fonts': '^2.0.0' }, { optional: { 'acme/spell': '*' } }),
  installed('acme/fonts@1.0.0', { 'acme/base': '*' }),
  installed('acme/base@1.0.0', {}, { enabled: false }),
]

describe('dependencyTree()', () => {
  it('shows what nobody needs on top, with all that is needed, and what is wrong with it', () => {
    const { roots, order } = dependencyTree(plugins, { depth: 5 })
    expect(drawn(roots)).toEqual([
      'acme/report 1.0.0 there',
      '  acme/fonts 1.0.0 there',
      '    acme/base 1.0.0 disabled',
      '  acme/pdf 1.1.0 there',
      '    acme/fonts 1.0.0 other-version above',
      '    acme/spell - missing optional',
    ])
    expect(order).toEqual(['acme/base', 'acme/fonts', 'acme/pdf', 'acme/report'])
  })

  it('shows one plugin, and only so many levels', () => {
    const { roots, order } = dependencyTree(plugins, { roots: ['acme/report'], depth: 1 })
    expect(drawn(roots)).toEqual([
      'acme/report 1.0.0 there',
      '  acme/fonts 1.0.0 there depth',
      '  acme/pdf 1.1.0 there depth',
    ])
    expect(order).toHaveLength(4)
  })

  it('ends where plugins need each other in a circle, which only force can have installed', () => {
    const circle = [
      installed('acme/hen@1.0.0', { 'acme/egg': '*' }),
      installed('acme/egg@1.0.0', { 'acme/hen': '*' }),
    ]
    expect(drawn(dependencyTree(circle, { roots: ['acme/hen'], depth: 5 }).roots)).toEqual([
      'acme/hen 1.0.0 there',
      '  acme/egg 1.0.0 there',
      '    acme/hen 1.0.0 there cycle',
    ])
    expect(dependencyTree(circle, { depth: 5 }).roots).toHaveLength(2)
  })
})
