import { describe, expect, it } from 'vitest'
import { greet, readNames } from './greet.ts'

describe('greet()', () => {
  it('gives one line for each name', () => {
    expect(greet(['Ada', 'Ben'], 'Hello')).toEqual(['Hello, Ada!', 'Hello, Ben!'])
  })
})

describe('readNames()', () => {
  it('takes one name a line, and no empty ones', () => {
    expect(readNames(' Ada\r\n\n Ben Ali \n')).toEqual(['Ada', 'Ben Ali'])
  })
})
