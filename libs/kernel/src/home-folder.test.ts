import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const script = "import { homeFolder } from '@mb/kernel'; console.log(homeFolder())"

const node = [process.execPath, '--conditions=@mb/source', '--input-type=module', '-e', script]

function homeOf(env: Record<string, string>, prefix: readonly string[] = []): string {
  const words = [...prefix, ...node]
  const options = { env, encoding: 'utf8', cwd: import.meta.dirname } as const
  return execFileSync('/usr/bin/env', words, options).trim()
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
