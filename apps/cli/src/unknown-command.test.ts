import { describe, expect, it } from 'vitest'
import { openCatalogue } from './catalogue.ts'
import { locate } from './start/locate.ts'
import { unknownCommand } from './unknown-command.ts'

const catalogue = openCatalogue('/nowhere')
const hintFor = (...words: string[]): string | undefined =>
  unknownCommand(locate(words, catalogue), catalogue).hint

describe('unknownCommand()', () => {
  it.each([
    [['snadbox'], 'Did you mean `mb sandbox`? `mb --help` lists the commands'],
    [['sandbox', 'rn'], 'Did you mean `mb sandbox run`? `mb sandbox --help` lists the commands'],
    // In a group, whose name was left out or taken for another.
    [['observe'], 'Did you mean `mb sandbox observe`? `mb --help` lists the commands'],
    [
      ['plugin', 'observe'],
      'Did you mean `mb sandbox observe`? `mb plugin --help` lists the commands',
    ],
    // In two groups.
    [['run'], '`mb --help` lists the commands'],
    [['frobnicate'], '`mb --help` lists the commands'],
  ])('says for %j what was meant', (words, hint) => {
    expect(hintFor(...words)).toBe(hint)
  })
})
