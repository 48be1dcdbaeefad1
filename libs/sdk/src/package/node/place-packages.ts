import { SdkError } from '../../sdk-error.ts'

/** A package as it is installed somewhere, and what it imports by name. */
export interface InstalledPackage {
  /** Real path of its folder: what makes it this one. */
  readonly directory: string
  /** As it names itself, which is not always what it is imported by. */
  readonly name: string
  /** What it says of itself. */
  readonly version: string
  readonly license?: string
  /** By the names that it imports them by. */
  readonly needs: ReadonlyMap<string, InstalledPackage>
}

/** A package at its place in another folder, as `node_modules/a/node_modules/b`. */
export interface PlacedPackage {
  readonly path: string
  /** What it is imported by. */
  readonly name: string
  readonly installed: InstalledPackage
}

/** More than any plugin needs; versions that need each other in a circle would go on for ever. */
const maxPlaces = 2000

interface Place extends PlacedPackage {
  /** The place that it lies in; undefined for the plugin itself. */
  readonly parent: Place | undefined
  /** What lies in it. */
  readonly slots: Map<string, Place>
}

/**
 * Lays packages out so that each of them, looking upwards as Node does, finds just those that it found where it was
 * installed. What is wanted in one version alone lies at the top.
 *
 * @param roots the packages that the plugin itself imports, by name
 * @throws SdkError `MB_SDK_PACKAGE_UNFIT` when there are too many
 */
export function placePackages(
  roots: ReadonlyMap<string, InstalledPackage>,
): readonly PlacedPackage[] {
  const top: Map<string, Place> = new Map()
  const placed: Place[] = []

  function put(
    slots: Map<string, Place>,
    parent: Place | undefined,
    path: string,
    name: string,
    installed: InstalledPackage,
  ): void {
    const place = { path, name, installed, parent, slots: new Map<string, Place>() }
    slots.set(name, place)
    placed.push(place)
    if (placed.length <= maxPlaces) return
    throw new SdkError(
      'MB_SDK_PACKAGE_UNFIT',
      `Cannot package "${name}": with all that it needs, there are more than ${maxPlaces} packages`,
      { hint: 'Bundle what the plugin needs into its own files' },
    )
  }

  for (const [name, installed] of sorted(roots))
    put(top, undefined, `node_modules/${name}`, name, installed)
  // All that a package needs is placed before what that needs: nothing placed later can come between them.
  for (const place of placed) {
    for (const [name, installed] of sorted(place.installed.needs)) {
      const found = lookUp(place, name, top)
      if (found?.installed.directory === installed.directory) continue
      if (found === undefined) put(top, undefined, `node_modules/${name}`, name, installed)
      else put(place.slots, place, `${place.path}/node_modules/${name}`, name, installed)
    }
  }
  return placed.map(({ path, name, installed }) => ({ path, name, installed }))
}

/** What a package at a place gets for a name: from its own folder, then from those around it. */
function lookUp(from: Place, name: string, top: ReadonlyMap<string, Place>): Place | undefined {
  for (let place: Place | undefined = from; place !== undefined; place = place.parent) {
    const found = place.slots.get(name)
    if (found !== undefined) return found
  }
  return top.get(name)
}

function sorted(
  packages: ReadonlyMap<string, InstalledPackage>,
): readonly (readonly [string, InstalledPackage])[] {
  return [...packages].toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
}
