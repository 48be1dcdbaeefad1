import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { manifestJsonSchema } from './json-schema.ts'

describe('manifestJsonSchema()', () => {
  it('is what plugin.schema.json holds: `npm run schema` writes it anew', async () => {
    const text = await readFile(new URL('../schema/plugin.schema.json', import.meta.url), 'utf8')
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(manifestJsonSchema())))
  })

  it('asks for what a manifest needs, and knows no other keys', () => {
    expect(manifestJsonSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:milkbottle:plugin-manifest:v1',
      type: 'object',
      required: ['name', 'version', 'description', 'author', 'entry'],
      additionalProperties: false,
    })
  })
})
