import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const stalling = `
  import { main } from ${JSON.stringify(join(import.meta.dirname, 'main.ts'))}
  void main(process, async () => ({
    execute: () => new Promise(() => {}),
    failureCode: () => undefined,
  }))
`

const lookingUp = `
  import { main } from ${JSON.stringify(join(import.meta.dirname, 'main.ts'))}
  setInterval(() => {}, 1000)
  process.getActiveResourcesInfo = () => ['Timeout', 'GetAddrInfoReqWrap']
  void main(process, async () => ({
    execute: async () => ({ value: {}, render: (output) => output.line('all of it'), exitCode: 3 }),
    failureCode: () => undefined,
  }))
`

function run(...flags: readonly string[]): {
  status: number | null
  stdout: string
  stderr: string
} {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@mb/source', '--input-type=module', '-e', stalling, '-', 'status', ...flags],
    { encoding: 'utf8', env: { PATH: process.env['PATH'], MB_HOME: '/nowhere' } },
  )
  return { status, stdout, stderr }
}

describe('main()', () => {
  it('does not end as if all went well when its work waits for what never comes', () => {
    const { status, stdout, stderr } = run()
    expect({ status, stdout }).toEqual({ status: 70, stdout: '' })
    expect(stderr).toContain('Cannot go on: it waits for something that never comes (MB_BUG)')
  })

  it('tells so with --json too', () => {
    const { status, stdout, stderr } = run('--json')
    expect({ status, stderr }).toEqual({ status: 70, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'MB_BUG', exitCode: 70 } })
  })

  it('does not wait for names that nobody waits for', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--conditions=@mb/source', '--input-type=module', '-e', lookingUp, '-', 'status'],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], MB_HOME: '/nowhere' },
        timeout: 60_000,
      },
    )
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'all of it\n' })
  })
})
