import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../fixtures/property-runs.ts'
import { placePackages, type InstalledPackage, type PlacedPackage } from './place-packages.ts'

interface Known extends InstalledPackage {
  readonly needs: Map<string, InstalledPackage>
}

function make(name: string, version: string): Known {
  return { directory: `/${name}@${version}`, name, version, needs: new Map() }
}

/** What Node finds for a name, from a place upwards. */
function nodeFinds(
  placed: readonly PlacedPackage[],
  from: string,
  name: string,
): InstalledPackage | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    const found = placed.find((each) => each.path === path)
    if (found !== undefined) return found.installed
    if (folder === '') return undefined
  }
}

/** The names that some place gets another package for than it was installed with. */
function misplaced(roots: ReadonlyMap<string, InstalledPackage>): readonly unknown[] {
  const placed = placePackages(roots)
  return [{ path: '', installed: { needs: roots } }, ...placed].flatMap(({ path, installed }) =>
    [...installed.needs].filter(
      ([name, needed]) => nodeFinds(placed, path, name)?.directory !== needed.directory,
    ),
  )
}

describe('placePackages()', () => {
  it('puts what is wanted in one version at the top, and another version where it is wanted', () => {
    const [a, b, one, two] = [make('a', '1'), make('b', '1'), make('c', '1'), make('c', '2')]
    a.needs.set('c', one)
    b.needs.set('c', two)
    const roots = new Map([
      ['b', b],
      ['a', a],
    ])
    expect(placePackages(roots).map(({ path, installed }) => [path, installed.version])).toEqual([
      ['node_modules/a', '1'],
      ['node_modules/b', '1'],
      ['node_modules/c', '1'],
      ['node_modules/b/node_modules/c', '2'],
    ])
  })

  it('lets no version come between a package and what it needs', () => {
    // "b" lies in "a", and needs the "n" at the top, though "a" needs another.
    const [a, b1, b2, n1, n2] = [
      make('a', '1'),
      make('b', '1'),
      make('b', '2'),
      make('n', '1'),
      make('n', '2'),
    ]
    a.needs.set('b', b1).set('n', n2)
    b1.needs.set('n', n1)
    const roots = new Map([
      ['a', a],
      ['b', b2],
      ['n', n1],
    ])
    expect(misplaced(roots)).toEqual([])
  })

  it('gives every package what it was installed with, in any world without a circle of versions', () => {
    const world = fc.array(fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 6 }), {
      minLength: 12,
      maxLength: 12,
    })
    fc.assert(
      fc.property(
        world,
        fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 5 }),
        (edges, chosen) => {
          // Four names in three versions each; what is needed has a higher number, so that there is no circle.
          const all = edges.map((_, index) => make(`p${index % 4}`, String(Math.floor(index / 4))))
          for (const [index, each] of edges.entries()) {
            for (const [, to] of each) {
              const needed = all[index + 1 + (to % (12 - index))]
              if (needed !== undefined) all[index]?.needs.set(needed.name, needed)
            }
          }
          const roots = chosen.flatMap((index) => all[index] ?? [])
          expect(misplaced(new Map(roots.map((each) => [each.name, each])))).toEqual([])
        },
      ),
      { numRuns: propertyRuns(200) },
    )
  })

  it('ends with packages that need each other', () => {
    const [a, b] = [make('a', '1'), make('b', '1')]
    a.needs.set('b', b)
    b.needs.set('a', a)
    expect(misplaced(new Map([['a', a]]))).toEqual([])
  })

  it('refuses versions that need each other in a circle, which no layout can hold', () => {
    const [a1, b1, a2, b2] = [make('a', '1'), make('b', '1'), make('a', '2'), make('b', '2')]
    a1.needs.set('b', b1)
    b1.needs.set('a', a2)
    a2.needs.set('b', b2)
    b2.needs.set('a', a1)
    expect(() => placePackages(new Map([['a', a1]]))).toThrow(
      expect.objectContaining({ code: 'MB_SDK_PACKAGE_UNFIT' }),
    )
  })
})
