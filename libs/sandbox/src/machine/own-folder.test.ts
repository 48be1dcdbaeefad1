import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makeOwnFolder } from './own-folder.ts'

it('makeOwnFolder() is closed to others, and takes away what the dead left, of each kind', () => {
  const place = mkdtempSync(join(tmpdir(), 'mb-own-'))
  onTestFinished(() => {
    rmSync(place, { recursive: true })
  })
  const own = makeOwnFolder('probe', place)
  expect(statSync(own).mode & 0o777).toBe(0o700)
  const mark = basename(own).replace(/^mb-probe-/, '')
  const [namespace = ''] = mark.split('-')
  const left = ['probe', 'jail', 'image'].map((kind) => `mb-${kind}-${namespace}-999999999-1-abc`)
  const kept = [`mb-other-${namespace}-999999999-1-abc`, `mb-probe-1-999999999-1-abc`, 'mb-probe-a']
  for (const name of [...left, ...kept]) {
    mkdirSync(join(place, name))
    writeFileSync(join(place, name, 'canary'), '')
  }
  const script = `
    import { makeOwnFolder } from ${JSON.stringify(new URL('own-folder.ts', import.meta.url).href)}
    makeOwnFolder('image')`
  const words = ['--conditions=@mb/source', '--input-type=module', '-e', script]
  execFileSync(process.execPath, words, {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: place },
  })
  const there = readdirSync(place)
  // The other process made one of its own.
  const made = there.filter((name) => name.startsWith(`mb-image-${namespace}-`))
  expect(made).toHaveLength(1)
  expect(there.toSorted()).toEqual([basename(own), ...kept, ...made].toSorted())
})
