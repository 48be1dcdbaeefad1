import fc from 'fast-check'
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import { joinRanges, readRange, readRequirement } from './ranges.ts'

describe('readRange()', () => {
  it.each([
    ['^1.2.0', '^1.2.0'],
    ['>=1 <3', '>=1 <3'],
    ['1.x || 2.x', '1.x || 2.x'],
    ['', '*'],
    ['>=2.0,<3', '>=2.0.0 <3.0.0'],
    ['~=1.4', '>=1.4.0 <2.0.0'],
    ['~=1.4.2', '>=1.4.2 <1.5.0'],
    ['==3.8.*', '3.8.x'],
    ['==3.8.1', '=3.8.1'],
    ['==1, >0', '=1.0.0 >0.0.0'],
  ])('reads %j as %j', (text, range) => {
    expect(readRange(text)).toBe(range)
  })

  it.each([
    '!=2',
    '~=1.4 || 2',
    'latest',
    'git+https://x',
    '>=',
    '~=1',
    '1.2.3; os_name == "nt"',
    '9'.repeat(300),
  ])('refuses %j', (text) => {
    expect(readRange(text)).toBeUndefined()
  })

  it('holds exactly the versions that Python would, for any bounds', () => {
    const part = fc.nat({ max: 4 })
    const version = fc.tuple(part, part, part).map((parts) => parts.join('.'))
    const order = {
      '>=': semver.gte,
      '>': semver.gt,
      '<=': semver.lte,
      '<': semver.lt,
      '==': semver.eq,
    }
    const clause = fc.tuple(fc.constantFrom('>=', '>', '<=', '<', '=='), version)
    fc.assert(
      fc.property(fc.array(clause, { minLength: 2, maxLength: 3 }), version, (clauses, found) => {
        const range = readRange(clauses.map((each) => each.join('')).join(',')) ?? 'none'
        const isIn = clauses.every(([operator, bound]) => order[operator](found, bound))
        expect(semver.satisfies(found, range)).toBe(isIn)
      }),
    )
  })

  it('gives a range or nothing, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(semver.validRange(readRange(text) ?? '*')).not.toBeNull()
      }),
    )
  })
})

describe('readRequirement()', () => {
  it.each([
    ['requests', 'requests', '*'],
    ['requests>=2.0,<3', 'requests', '>=2.0.0 <3.0.0'],
    ['requests [socks] ~= 2.1', 'requests [socks]', '>=2.1.0 <3.0.0'],
    ['a>1', 'a', '>1.0.0'],
    ['a@>1', 'a', '>1'],
    ['left-pad@^1.3.0', 'left-pad', '^1.3.0'],
    ['@acme/x@2', '@acme/x', '2'],
    ['@acme/x', '@acme/x', '*'],
    ['zope.interface==5.*', 'zope.interface', '5.x'],
  ])('reads %j', (text, name, range) => {
    expect(readRequirement(text)).toEqual({ name: name.replace(' ', ''), range })
  })

  it.each([
    '',
    '-r evil.txt',
    '../x',
    'x @ https://evil',
    'x; python_version<"3"',
    'a b',
    '--index-url=x',
  ])('refuses %j', (text) => {
    expect(readRequirement(text)).toBeUndefined()
  })
})

describe('joinRanges()', () => {
  const number = fc.nat({ max: 3 })
  const version = fc.tuple(number, number, number).map((parts) => parts.join('.'))
  const simple = fc.oneof(
    fc.constantFrom('*', '1.x', '^1', '~1.2'),
    fc.tuple(fc.constantFrom('>=', '<', '^', '~', '='), version).map((parts) => parts.join('')),
    fc.tuple(version, version).map((parts) => parts.join(' - ')),
  )
  const range = fc.array(simple, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' || '))

  it('does not multiply without end', () => {
    const [eight, nine] = ['1||2||3||4||5||6||7||8', '1||2||3||4||5||6||7||8||9']
    expect(joinRanges(eight, `0||${eight.slice(3)}`)?.split(' || ')).toHaveLength(64)
    expect(joinRanges(eight, nine)).toBeUndefined()
  })

  it('fits the versions that both fit', () => {
    fc.assert(
      fc.property(range, range, version, (left, right, one) => {
        expect(semver.satisfies(one, joinRanges(left, right) ?? 'none')).toBe(
          semver.satisfies(one, left) && semver.satisfies(one, right),
        )
      }),
      { numRuns: 500 },
    )
  })
})
