/** A host whose programs exceed their limits, each alone: prints what was told of each, one line of JSON. */
import { openSandbox, SandboxLimitError, type SandboxLimits } from '@mb/sandbox'

const mebibyte = 1024 * 1024
const cases: readonly (readonly [SandboxLimits, string])[] = [
  [{ memoryBytes: 64 * mebibyte }, '$held = "x" x (256 << 20); sleep 60'],
  [{ threads: 16 }, 'for (1 .. 40) { unless (fork) { sleep 60; exit } } 1 while wait > 0'],
]

for (const [limits, script] of cases) {
  // oxlint-disable-next-line no-await-in-loop -- each for itself, so that it is seen what it takes
  const line = await tell(limits, script)
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function tell(limits: SandboxLimits, script: string): Promise<unknown> {
  await using sandbox = await openSandbox({ policy: {}, limits })
  try {
    return await sandbox.run('perl', ['-e', script])
  } catch (error) {
    if (!(error instanceof SandboxLimitError)) throw error
    const { exceeded, receipt } = error.result
    return {
      keeper: /: \w+ by (.*)$/.exec(
        receipt.items.find(({ item }) => item === 'limits')?.evidence ?? '',
      )?.[1],
      exceeded,
    }
  }
}
