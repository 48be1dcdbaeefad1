import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const program = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
const { loadConfiguration } = await import('@mb/plugin-core/configuration')
await loadConfiguration({ cwd: '/', home: '/nowhere' })
process.stdout.write(loaded.join('\\n'))
`

describe('@mb/plugin-core/configuration', () => {
  it('loads no schema, no parser and no store where there are no settings', async () => {
    const options = ['--conditions=@mb/source', '--input-type=module', '--eval', program]
    const cwd = new URL('..', import.meta.url)
    const { stdout } = await promisify(execFile)(process.execPath, options, { cwd })
    expect(stdout).toContain('configuration/load-configuration.ts')
    expect(stdout).not.toMatch(
      /node_modules\/(?:zod|yaml|smol-toml)\/|node:sqlite|libs\/manifest\//,
    )
  })
})
