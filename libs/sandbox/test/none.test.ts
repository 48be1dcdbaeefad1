import { openSandbox, sandboxMinimum } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { assertEndsWithHost } from './end-with-host.ts'
import { isRunning } from './is-running.ts'

const options = { backend: 'none', policy: {}, minimum: [] } as const

describe('backend none', () => {
  it('says on every run that nothing confines the program, and proves nothing', async () => {
    await using sandbox = await openSandbox({ ...options, policy: { env: { GIVEN: 'given' } } })
    const { code, stdout, receipt } = await sandbox.run('sh', ['-c', 'echo $GIVEN; exit 3'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'given\n' })
    expect(receipt).toMatchObject({
      backend: 'none',
      level: 'none',
      warning:
        'Nothing confines the program: it has all the rights of this user, as without a sandbox',
      probes: { findings: [] },
    })
    expect(receipt.items).toEqual(
      sandboxMinimum.map((item) => ({
        item,
        proved: false,
        evidence: 'nothing confines the program',
      })),
    )
  })

  it.each([undefined, ['limits'], sandboxMinimum] as const)(
    'is refused unless nothing has to be proved: %j',
    async (minimum) => {
      await expect(openSandbox({ ...options, minimum })).rejects.toMatchObject({
        code: 'MB_SANDBOX_BELOW_MINIMUM',
        outcome: 'refused',
      })
    },
  )

  it('is never taken where it is not named, however little has to be proved', async () => {
    await using sandbox = await openSandbox({ policy: {}, minimum: [] })
    const { receipt } = await sandbox.run('true')
    expect(receipt.backend).not.toBe('none')
    expect(receipt).not.toHaveProperty('warning')
  })

  it.each([
    [{ wallMs: 300 }, 'sleep 60', 'MB_SANDBOX_TIMED_OUT'],
    [
      { memoryBytes: 67_108_864 },
      `perl -e 'my @all; push @all, "x" x 1048576 while 1'`,
      'MB_SANDBOX_OUT_OF_MEMORY',
    ],
    [{ outputBytes: 1000 }, 'yes', 'MB_SANDBOX_OUTPUT_LIMIT'],
  ] as const)('holds a program to %j', async (limits, script, code) => {
    await using sandbox = await openSandbox({ ...options, limits })
    await expect(sandbox.run('sh', ['-c', script])).rejects.toMatchObject({ code })
  })

  it('ends what left the session of its program', async () => {
    await using sandbox = await openSandbox(options)
    const script = 'setsid sleep 60 > /dev/null 2>&1 & echo $!'
    const { stdout } = await sandbox.run('sh', ['-c', script])
    expect(Number(stdout)).toBeGreaterThan(1)
    expect(isRunning(Number(stdout))).toBe(false)
  })

  it('is gone within a second of its host', async () => {
    await assertEndsWithHost(`
      import { openSandbox } from '@mb/sandbox'
      const sandbox = await openSandbox({ backend: 'none', policy: {}, minimum: [] })
      const program = await sandbox.spawn('sh', ['-c', 'setsid sleep 60 & echo $!; wait'])
      program.stdout.pipe(process.stdout)`)
  })
})
