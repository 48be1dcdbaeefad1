import { describe, expect, it } from 'vitest'
import { RecentTexts } from './recent-texts.ts'

describe('RecentTexts', () => {
  it('makes a text once, and again when it was pushed out by others', () => {
    const recent = new RecentTexts({ maxCharacters: 8 })
    const asked: string[] = []
    const get = (text: string): string =>
      recent.get(text, (source) => {
        asked.push(source)
        return source.toUpperCase()
      })
    expect(['aa', 'bb', 'aa', 'cc', 'aa', 'bb'].map(get)).toEqual([
      'AA',
      'BB',
      'AA',
      'CC',
      'AA',
      'BB',
    ])
    expect(asked).toEqual(['aa', 'bb', 'cc', 'bb'])
  })

  it('keeps nothing that is too long by itself', () => {
    const recent = new RecentTexts({ maxCharacters: 8 })
    let times = 0
    const make = (): string => `made ${(times += 1)}`
    expect(recent.get('longer than 8', make)).toBe('made 1')
    expect(recent.get('longer than 8', make)).toBe('made 2')
    expect(recent.get('', () => '')).toBe('')
  })
})
