import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { manifestJsonSchema } from './json-schema.ts'
import { pluginTypes } from './plugin-type.ts'
import { checkManifest } from './reading/check-manifest.ts'

const page = await readFile(new URL('../../../docs/guides/manifest.md', import.meta.url), 'utf8')
const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
const keys = Object.keys(Object(manifestJsonSchema()['properties'])).filter(
  (key) => key !== '$schema',
)

describe('the guide of the manifest', () => {
  it('has an example with every key there is, of which nothing is to be said', () => {
    expect(checkManifest(example, { publishing: true })).toMatchObject({ ok: true, findings: [] })
    const written = [...example.matchAll(/^([a-zA-Z]+):/gm)].map(([, key = '']) => key)
    expect(written.toSorted()).toEqual(keys.toSorted())
  })

  it('has an example that an editor takes, and not with a mistake in it', () => {
    const takes = new Ajv2020({ strict: false, validateFormats: false }).compile({
      ...manifestJsonSchema(),
    })
    const manifest: unknown = parse(example)
    takes(manifest)
    expect(takes.errors).toBeNull()
    for (const mistake of [{ naem: 'x' }, { type: 'validater' }, { platforms: ['linux-x46'] }])
      expect(takes({ ...Object(manifest), ...mistake })).toBe(false)
  })

  it('explains every key and every type', () => {
    const missing = [...keys, ...pluginTypes].filter((name) => !page.includes(`\`${name}\``))
    expect(missing).toEqual([])
  })
})
