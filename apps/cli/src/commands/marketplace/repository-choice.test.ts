import { describe, expect, it } from 'vitest'
import { chooseRepository, requireRepositories } from './repository-choice.ts'

const home = { name: 'home', url: 'http://127.0.0.1:4873' }
const acme = { name: 'acme', url: 'https://plugins.acme.example' }

describe('chooseRepository()', () => {
  it('takes the one that is named, or the only one', () => {
    expect(chooseRepository([home, acme], 'acme')).toBe(acme)
    expect(chooseRepository([home], undefined)).toBe(home)
  })

  it.each([
    ['none', [], undefined, 'MB_CLI_NO_REPOSITORY', /repositories add NAME URL/],
    ['none, though one is named', [], 'home', 'MB_CLI_NO_REPOSITORY', /repositories add NAME URL/],
    ['several', [home, acme], undefined, 'MB_CLI_REPOSITORY', /^Name one of home, acme$/],
    ['another', [home, acme], 'hme', 'MB_CLI_REPOSITORY', /^Did you mean "home"\?/],
  ] as const)('refuses to choose from %s', (_what, repositories, name, code, hint) => {
    expect(() => chooseRepository(repositories, name)).toThrow(
      expect.objectContaining({ code, outcome: 'usage', hint: expect.stringMatching(hint) }),
    )
  })
})

describe('requireRepositories()', () => {
  it('wants at least one', () => {
    expect(requireRepositories([home])).toEqual([home])
    expect(() => requireRepositories([])).toThrow(
      expect.objectContaining({ code: 'MB_CLI_NO_REPOSITORY' }),
    )
  })
})
