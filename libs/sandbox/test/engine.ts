import { spawn } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspectBackends, levelItems, type BackendName, type ReceiptItem } from '@mb/sandbox'
import { describe } from 'vitest'

/** Whether the suites run at the sizes that releases are held to. */
export const isFull: boolean = process.env['MB_TEST_SIZE'] === 'full'

// Containers take half a second each: they have a suite of their own, and some of these in full size.
const local: readonly BackendName[] = ['bubblewrap', 'namespaces', 'landlock']
const reports = await inspectBackends({ backends: isFull ? [...local, 'container'] : local })
/** Whether an engine that is missing is a failure rather than a skip. */
export const isRequired: boolean = process.env['MB_REQUIRE_ENGINES'] === '1'

for (const { backend, usable, reason } of reports)
  if (!usable) process.stderr.write(`Skipping what needs ${backend}: ${reason ?? 'none'}\n`)

/** Whether suites on a backend can run; with `MB_REQUIRE_ENGINES=1` they have to. */
export function isTestable(backend: BackendName): boolean {
  return isRequired || reports.some((report) => report.backend === backend && report.usable)
}

/** The same suite on each backend of level `sandbox`: they promise the same. */
export function onEachBackend(title: string, suite: (backend: BackendName) => void): void {
  runOn(strongBackends, title, suite)
}

/** The same suite on each backend that keeps a program in, with and without namespaces. */
export function onEveryBackend(
  title: string,
  suite: (backend: BackendName) => void,
  { inContainers = false }: { readonly inContainers?: boolean } = {},
): void {
  const containers: readonly BackendName[] = inContainers && isFull ? ['container'] : []
  runOn([...strongBackends, 'landlock', ...containers], title, suite)
}

/** The backends with namespaces. */
export const strongBackends: readonly BackendName[] = reports
  .filter(({ backend, level }) => level === 'sandbox' && backend !== 'container')
  .map(({ backend }) => backend)

/** The items that each jail of a backend proves. */
export function minimumOf(backend: BackendName): readonly ReceiptItem[] {
  return levelItems(reports.find((report) => report.backend === backend)?.level ?? 'sandbox')
}

function runOn(
  backends: readonly BackendName[],
  title: string,
  suite: (backend: BackendName) => void,
): void {
  for (const backend of backends)
    describe.runIf(isTestable(backend))(`${title}, on ${backend},`, () => {
      suite(backend)
    })
}

// What was killed just now may still write in it.
const clearing = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'mb-sandbox-')))
  return { path, [Symbol.asyncDispose]: () => rm(path, clearing) }
}

/** The user `nobody`, whose rights no system widens. */
export const unprivileged = 65_534

/** Whether another user may run this Node on these sources: a checkout in root's home is closed to it. */
export async function canRunAs(user: number): Promise<boolean> {
  const script = `await import(${JSON.stringify(import.meta.resolve('@mb/sandbox'))})`
  const child = spawn(
    process.execPath,
    ['--conditions=@mb/source', '--input-type=module', '-e', script],
    { uid: user, gid: user, stdio: 'ignore', cwd: '/' },
  )
  const { promise, resolve } = Promise.withResolvers<boolean>()
  child.once('error', () => resolve(false))
  child.once('exit', (code) => resolve(code === 0))
  return promise
}
