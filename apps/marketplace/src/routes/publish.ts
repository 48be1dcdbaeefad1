import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { readAnnounced, type Announced } from '../ingest/announced.ts'
import { receive } from '../ingest/receive.ts'
import { HttpProblem } from '../problem.ts'
import type { PublishRecord } from '../store/store.ts'
import type { Caller } from './authorize.ts'
import type { Service } from './service.ts'

/** How long an answer waits for what is known soon: whether there can be such a version. */
const patienceMs = 2000

/**
 * Takes a package in. What is answered with success is on disk, and will be judged, also when the server dies now.
 *
 * @returns the publish, and whether these bytes were new here
 * @throws HttpProblem
 */
export async function publish(
  request: Request,
  { account }: Caller,
  namespace: string,
  service: Service,
): Promise<{ readonly record: PublishRecord; readonly isNew: boolean }> {
  const announced = readAnnounced(request.headers, service.maxPackageBytes)
  return service.intake.during(account.name, async () => {
    const id = randomUUID()
    const file = service.publisher.fileOf(id)
    const signal = AbortSignal.any([request.signal, service.signal])
    await receive(request.body, announced, file, signal)
    return takeIn(id, { account: account.name, namespace, ...announced }, service)
  })
}

async function takeIn(
  id: string,
  whose: { readonly account: string; readonly namespace: string } & Announced,
  { store, publisher }: Service,
): Promise<{ readonly record: PublishRecord; readonly isNew: boolean }> {
  const before = store.publishes.findSame(whose.namespace, whose.sha256)
  if (before !== undefined) {
    await rm(publisher.fileOf(id), { force: true })
    return { record: before, isNew: false }
  }
  const { publish: received, judged } = publisher.accept(id, whose)
  await atMost(patienceMs, judged)
  const record = store.publishes.get(id) ?? received
  throwConflict(record)
  return { record, isNew: true }
}

/** That a version is taken is no news of a package, but of what its author asked for. */
function throwConflict({ state, reasons: [reason] }: PublishRecord): void {
  if (state !== 'rejected' || reason === undefined) return
  const { code, message, help } = reason
  if (code !== 'version-exists' && code !== 'version-conflict') return
  throw new HttpProblem(code, message, {
    reasons: [reason],
    ...(help === undefined ? {} : { hint: help }),
  })
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController()
  const late = delay(ms, undefined, { signal: over.signal }).catch(() => undefined)
  await Promise.race([work, late])
  over.abort()
}
