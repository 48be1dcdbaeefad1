import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspectBackends } from '@mb/sandbox'

const [report] = await inspectBackends()

/** Whether the suites that need a sandbox can run; with `MB_REQUIRE_ENGINES=1` they have to. */
export const hasEngine: boolean =
  report?.usable === true || process.env['MB_REQUIRE_ENGINES'] === '1'

if (!hasEngine) process.stderr.write(`Skipping what needs a sandbox: ${report?.reason ?? 'none'}\n`)

/** Whether the suites run at the sizes that releases are held to. */
export const isFull: boolean = process.env['MB_TEST_SIZE'] === 'full'

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'mb-sandbox-')))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
