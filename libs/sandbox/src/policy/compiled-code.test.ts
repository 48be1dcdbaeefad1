import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compiledCodePlaces } from './compiled-code.ts'
import { startedLater } from './guarded-path.ts'

let folder = ''

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-compiled-')))
})

afterEach(() => rm(folder, { recursive: true }))

describe('compiledCodePlaces()', () => {
  it('is in the cache of the person, which a variable can move', () => {
    const [usual = ''] = compiledCodePlaces({})
    expect(usual.endsWith('.cache/milkbottle') || homedir() === '/').toBe(true)
    expect(compiledCodePlaces({ XDG_CACHE_HOME: 'not/absolute' })).toEqual([usual])
    expect(compiledCodePlaces({ XDG_CACHE_HOME: folder })).toEqual([join(folder, 'milkbottle')])
  })

  it('is where a link leads to', async () => {
    const [cache, data] = [join(folder, 'cache'), join(folder, 'data')]
    await Promise.all([mkdir(cache), mkdir(data)])
    await symlink(cache, join(folder, 'link'))
    const env = { XDG_CACHE_HOME: join(folder, 'link') }
    expect(compiledCodePlaces(env)).toEqual([join(cache, 'milkbottle')])
    await symlink('../data', join(cache, 'milkbottle'))
    expect(compiledCodePlaces(env)).toEqual([join(cache, 'milkbottle'), data])
  })

  it('is not granted to be written', () => {
    const [place = ''] = compiledCodePlaces()
    expect(startedLater(place, [])).toBe('compiled code that mb starts with')
    expect(startedLater(join(place, 'start'), [])).toBe('compiled code that mb starts with')
    expect(startedLater(`${place}-other`, [])).toBeUndefined()
  })
})
