import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const script = "import { homeFolder } from '@mb/kernel'; console.log(homeFolder())"

function homeOf(env: Record<string, string>, prefix: readonly string[] = []): string {
  const [command = process.execPath, ...words] = [...prefix, process.execPath]
  const args = [...words, '--conditions=@mb/source', '--input-type=module', '-e', script]
  return execFileSync(command, args, { env, encoding: 'utf8', cwd: import.meta.dirname }).trim()
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
