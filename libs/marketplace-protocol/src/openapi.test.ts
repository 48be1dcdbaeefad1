import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from './openapi.ts'
import { problemCodes } from './problem.ts'
import { routes } from './routes.ts'

const document = openApiDocument({
  title: 'Plugins of Acme',
  version: '1.0.0',
  serverUrl: 'https://plugins.example',
})
const text = JSON.stringify(document)

describe('openApiDocument()', () => {
  it('is an OpenAPI document', async () => {
    const validator = new Validator()
    expect(await validator.validate(JSON.parse(text))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    // The control: a document with a mistake is none.
    const broken: unknown = JSON.parse(text.replace('"responses"', '"answers"'))
    expect(await new Validator().validate(Object(broken))).toMatchObject({ valid: false })
  })

  it('has every route, and each part that it refers to', () => {
    const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id = '']) => id)
    expect(ids.toSorted()).toEqual(Object.keys(routes).toSorted())
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, to = '']) => to))
    expect(references.size).toBeGreaterThan(10)
    for (const reference of references) expect(at(reference)).toBeTypeOf('object')
  })

  it('tells the codes of problems', () => {
    expect(at('#/components/schemas/Problem/properties/code')).toEqual({
      type: 'string',
      enum: Object.keys(problemCodes),
    })
  })

  it('lets an answer say more than is known today', () => {
    expect(text).not.toContain('additionalProperties":false')
  })

  it('names the values of each path', () => {
    for (const [name, { path }] of Object.entries(routes)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, value]) => value)
      const operation = JSON.stringify(at(`#/paths/${path.replaceAll('/', '~1')}`))
      const told = [...operation.matchAll(/"name":"(\w+)","in":"path","required":true/g)]
      expect([name, [...new Set(told.map(([, value]) => value))]]).toEqual([name, inPath])
    }
  })
})

/** What a JSON pointer points at. */
function at(pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/'))
    .reduce<unknown>(
      (value, part) => new Map<string, unknown>(Object.entries(Object(value))).get(part),
      document,
    )
}
