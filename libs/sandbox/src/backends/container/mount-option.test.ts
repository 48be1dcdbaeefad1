import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mountOption } from './mount-option.ts'

describe('mountOption()', () => {
  it('leaves plain names as they are, and omits what is undefined', () => {
    expect(mountOption({ type: 'bind', src: '/a', dst: '/a:b', ro: undefined })).toBe(
      'type=bind,src=/a,dst=/a:b',
    )
  })

  it.each([
    ['/a,readonly=false', '"dst=/a,readonly=false"'],
    ['/a"b', '"dst=/a""b"'],
    ['/a",type=tmpfs,"', '"dst=/a"",type=tmpfs,"""'],
    ['/a\nb', '"dst=/a\nb"'],
    ['/a b', '"dst=/a b"'],
  ])('quotes %j', (dst, expected) => {
    expect(mountOption({ dst })).toBe(expected)
  })

  it('lets no path add a field, whatever is in it', () => {
    const name = fc
      .string({ unit: fc.constantFrom(',', '"', '=', '\n', ':', ' ', 'a', '/', '\\', "'", 'ü') })
      .map((text) => `/${text}`)
    fc.assert(
      fc.property(name, name, (src, dst) => {
        const fields = readRecord(mountOption({ type: 'bind', src, dst, ro: 'true' }))
        expect(fields).toEqual(['type=bind', `src=${src}`, `dst=${dst}`, 'ro=true'])
      }),
    )
  })

  it('refuses a carriage return, which the reader of an engine would drop', () => {
    expect(() => mountOption({ dst: '/a\r\nb' })).toThrow(
      new RangeError('Cannot mount "dst=/a\\r\\nb": it holds a carriage return'),
    )
  })
})

/** Reads one record as RFC 4180 has it. */
function readRecord(text: string): readonly string[] {
  const fields: string[] = []
  for (let at = 0; at <= text.length; at += 1) {
    let field = ''
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (text[at] === '"') at += 1
        field += text[at]
      }
      at += 1
    } else {
      for (; at < text.length && text[at] !== ','; at += 1) field += text[at]
    }
    if (at < text.length && text[at] !== ',') throw new TypeError('Cannot read a record')
    fields.push(field)
  }
  return fields
}
