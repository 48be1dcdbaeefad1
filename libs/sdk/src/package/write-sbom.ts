import { canonicalJson, type JsonValue } from '@mb/kernel'
import type { Manifest } from '@mb/manifest'
import type { Component } from './vendored.ts'

/**
 * What a package is made of, as CycloneDX 1.6 in JSON. The same components give the same bytes: without the time and
 * the random number that the format allows for.
 */
export function writeSbom(
  manifest: Pick<Manifest, 'name' | 'version' | 'author' | 'license'>,
  components: readonly Component[],
): string {
  const { name, version, author, license } = manifest
  const plugin = `${name}@${version}`
  return `${canonicalJson({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': plugin,
        name,
        version,
        authors: [{ name: author }],
        ...licenses(license),
      },
    },
    components: components.map(component),
    // Whatever else was bundled into the plugin's own files, nobody has told.
    compositions: [{ aggregate: 'incomplete', assemblies: [plugin] }],
  })}\n`
}

function component({ name, version, purl, license, sha256, path }: Component): JsonValue {
  return {
    type: 'library',
    'bom-ref': path ?? purl,
    name,
    version,
    purl,
    ...licenses(license),
    ...(sha256 !== undefined && { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
    properties: [
      path === undefined
        ? { name: 'milkbottle:bundled', value: 'true' }
        : { name: 'milkbottle:path', value: path },
    ],
  }
}

function licenses(license: string | undefined): { readonly licenses?: JsonValue } {
  if (license === undefined) return {}
  // By name and not by id: what a package writes there is often none of the SPDX list.
  return / (?:AND|OR|WITH) /.test(license)
    ? { licenses: [{ expression: license }] }
    : { licenses: [{ license: { name: license } }] }
}
