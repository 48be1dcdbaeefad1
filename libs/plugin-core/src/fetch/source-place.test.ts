import { describe, expect, it } from 'vitest'
import { sourcePlace } from './source-place.ts'

describe('sourcePlace()', () => {
  it.each([
    ['npm:notes@1.0.0#sha512-AAAA==', 'npm:notes'],
    ['npm:@acme/notes@1.0.0#sha512-AAAA==', 'npm:@acme/notes'],
    ['github:acme/notes@v1#notes.zip sha256=abc', 'github:acme/notes'],
    ['https://a.example/x@2.zip#sha256=abc', 'https://a.example/x@2.zip'],
    ['https://a.example/x?…#sha256=abc', 'https://a.example/x?…#sha256=abc'],
    ['marketplace:town/acme/notes', 'marketplace:town/acme/notes'],
    ['/srv/notes#1@2', '/srv/notes#1@2'],
  ])('of %s is %s', (source, place) => {
    expect(sourcePlace(source)).toBe(place)
  })
})
