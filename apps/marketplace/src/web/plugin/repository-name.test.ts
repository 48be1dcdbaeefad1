import { describe, expect, it } from 'vitest'
import { repositoryName } from './repository-name.ts'

describe('repositoryName()', () => {
  it.each([
    ['MilkBottle marketplace', 'milkbottle-marketplace'],
    ['  7 Plugins: "the best"! ', 'plugins-the-best'],
    ['市場', 'marketplace'],
    ['$(rm -rf ~)', 'rm-rf'],
    [`${'a'.repeat(63)} b`, 'a'.repeat(63)],
  ])('makes a name of %j that the configuration takes', (service, name) => {
    expect(repositoryName(service)).toBe(name)
    expect(repositoryName(service)).toMatch(/^[a-z][a-z0-9-]{0,63}$/)
  })
})
