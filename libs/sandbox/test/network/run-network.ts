/** Tries every mechanism with a network on one backend, as the user that it runs as, and prints what came of each as JSON. */
import { inspectBackends, openSandbox, SandboxError, type BackendName } from '@mb/sandbox'
import { isBackendName } from '../escape/backend-name.ts'
import { networkAreas } from './list-network-mechanisms.ts'
import { tryNetwork } from './try-network.ts'

const order: { backend: string; only?: string; isSmall?: boolean; areas?: readonly string[] } =
  JSON.parse(process.argv[2] ?? '{}')
const { backend, only, isSmall, areas } = order
if (!isBackendName(backend)) throw new TypeError(`Cannot attack ${backend}: it is no backend`)
const reason = await findReason(backend)
if (reason === undefined) {
  const all = networkAreas
    .filter(({ area }) => areas === undefined || areas.includes(area))
    .flatMap(({ area, list }) => list().map((mechanism) => ({ area, mechanism })))
  const wanted = all.filter(
    ({ mechanism: { name, variantOf } }) =>
      (only === undefined || name.includes(only)) && (isSmall !== true || variantOf === undefined),
  )
  const results: unknown[] = []
  const waiting = wanted.entries()
  const work = async (): Promise<void> => {
    for (const [index, { area, mechanism }] of waiting) {
      const { name, variantOf } = mechanism
      const outcome = await tryNetwork(mechanism, backend).catch((error: unknown) => ({
        name,
        variantOf,
        verdict: 'failed',
        detail: error instanceof Error ? String(error.stack) : String(error),
      }))
      results[index] = { area, ...outcome }
    }
  }
  // Most of the time they wait for an answer that does not come.
  await Promise.all(Array.from({ length: 5 }, work))
  process.stdout.write(JSON.stringify({ outcomes: results }))
} else process.stdout.write(JSON.stringify({ reason }))

/** Why nothing can be tried on a backend, in the words of whoever refuses. */
async function findReason(name: BackendName): Promise<string | undefined> {
  const report = (await inspectBackends()).find((each) => each.backend === name)
  if (report?.usable !== true) return report?.reason ?? 'it does not work here'
  try {
    await using sandbox = await openSandbox({
      backend: name,
      minimum: [],
      policy: { net: [{ host: 'allowed.test' }] },
    })
    await sandbox.run('/bin/true')
    return undefined
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'MB_SANDBOX_NETWORK') return error.message
    throw error
  }
}
