/**
 * A host whose programs exceed their limits, each alone: prints what was told of each, one line of JSON. With `wait`, one whose program
 * goes on for as long as it does.
 */
import { userInfo, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSandbox, SandboxLimitError, type Receipt, type SandboxLimits } from '@mb/sandbox'

const mebibyte = 1024 * 1024
const memory: SandboxLimits = { memoryBytes: 64 * mebibyte }
// Probes are run once for each user: they take a minute where all is emulated.
const cacheDirectory = join(tmpdir(), `mb-machine-${userInfo().uid}`)

if (process.argv[2] === 'wait') await wait()
else {
  await exceed(memory, '$held = "x" x (256 << 20); sleep 60')
  const crowd = 'for (1 .. 40) { unless (fork) { sleep 60; exit } } 1 while wait > 0'
  await exceed({ threads: 16 }, crowd)
}

async function wait(): Promise<void> {
  const sandbox = await openSandbox({ policy: {}, limits: memory, cacheDirectory })
  const { pid, receipt } = await sandbox.spawn('sleep', ['1000'])
  print({ pid, keeper: keeperOf(receipt) })
}

async function exceed(limits: SandboxLimits, script: string): Promise<void> {
  await using sandbox = await openSandbox({ policy: {}, limits, cacheDirectory })
  try {
    print(await sandbox.run('perl', ['-e', script]))
  } catch (error) {
    if (!(error instanceof SandboxLimitError)) throw error
    const { receipt, exceeded } = error.result
    print({ keeper: keeperOf(receipt), exceeded })
  }
}

function keeperOf({ items }: Receipt): string | undefined {
  const { evidence = '' } = items.find(({ item }) => item === 'limits') ?? {}
  return /: \w+ by (.*)$/.exec(evidence)?.[1]
}

function print(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
