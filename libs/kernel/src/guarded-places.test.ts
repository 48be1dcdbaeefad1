import { describe, expect, it } from 'vitest'
import { secretPlaces, startupPlaces, workspacePlaces } from './guarded-places.ts'

const all = [...secretPlaces, ...startupPlaces, ...workspacePlaces]

describe('the guarded places', () => {
  it('are paths below a folder, each listed once', () => {
    const paths = all.map(({ path }) => path)
    expect(paths.filter((path) => !/^[^/\s][^/]*(?:\/[^/]+)*$/.test(path))).toEqual([])
    expect(paths.filter((path) => path.split('/').includes('..'))).toEqual([])
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length)
  })

  it('say what each holds', () => {
    expect(all.filter(({ holds }) => holds === '')).toEqual([])
  })
})
