import {
  isInside,
  secretPlaces,
  startupPlaces,
  workspacePlaces,
  type GuardedPlace,
} from '@mb/kernel'
import { compiledCode, compiledCodePlaces } from './compiled-code.ts'
import { homesNear } from './homes.ts'
import { plainNames } from './plain-name.ts'

/** What keys or tokens a path without links is, or lies among; undefined when there are none. */
export function secretAt(path: string, homes: readonly string[]): string | undefined {
  const anywhere = secretPlaces.filter((place) => place.anywhere)
  return placeAnywhere(path, anywhere) ?? placeInHome(path, homes, secretPlaces)
}

/** What a path without links is, or lies in, that runs by itself later; undefined when it is no such thing. */
export function startedLater(path: string, homes: readonly string[]): string | undefined {
  return (
    placeAnywhere(path, workspacePlaces) ??
    placeInHome(path, homes, startupPlaces) ??
    (compiledCodePlaces().some((place) => isInside(place, path)) ? compiledCode : undefined)
  )
}

/** The home that a folder is, or holds. */
export function homeIn(path: string, homes: readonly string[]): string | undefined {
  return homesNear(path, homes).find((home) => isInside(path, home))
}

function placeAnywhere(path: string, places: readonly GuardedPlace[]): string | undefined {
  const names = plainNames(path)
  return places.find((place) => {
    const wanted = plainNames(place.path)
    return names.some((_, at) => wanted.every((name, index) => names[at + index] === name))
  })?.holds
}

function placeInHome(
  path: string,
  homes: readonly string[],
  places: readonly GuardedPlace[],
): string | undefined {
  const ways = homesNear(path, homes)
    .filter((home) => isInside(home, path))
    .map((home) => plainNames(path).slice(plainNames(home).length))
  return places.find((place) => {
    const wanted = plainNames(place.path)
    return ways.some((way) => wanted.every((name, index) => way[index] === name))
  })?.holds
}
