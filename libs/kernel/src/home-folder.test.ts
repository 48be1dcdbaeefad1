import { execFileSync } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inHome } from './home-folder.ts'

const place = JSON.stringify(new URL('home-folder.ts', import.meta.url))
const script = `import { homeFolder } from ${place}; console.log(homeFolder())`

// Before 23.6 types are taken away on demand alone.
const options = ['--experimental-strip-types', '--no-warnings', '--input-type=module']
const node = [process.execPath, ...options, '-e', script]

function homeOf(env: Record<string, string>, prefix: readonly string[] = []): string {
  const words = [...prefix, ...node]
  return execFileSync('/usr/bin/env', words, { env, encoding: 'utf8' }).trim()
}

describe('homeFolder()', () => {
  it('is what the environment names', () => {
    expect(homeOf({ HOME: '/somewhere' })).toBe('/somewhere')
  })

  it.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'is the root for a user that is in no list (run as root, who may become one)',
    () => {
      const nobody = ['/usr/bin/setpriv', '--reuid', '54321', '--clear-groups']
      expect(homeOf({}, nobody)).toBe('/')
    },
  )
})

describe('inHome()', () => {
  it.each([
    ['~', homedir()],
    ['~/plugins', join(homedir(), 'plugins')],
    ['~other/plugins', '~other/plugins'],
    ['plugins/~', 'plugins/~'],
    ['/srv/plugins', '/srv/plugins'],
  ])('of %s is %s', (path, expected) => {
    expect(inHome(path)).toBe(expected)
  })
})
