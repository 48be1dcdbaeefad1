import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PublishStatus, ValidateResult } from '@mb/marketplace-protocol'
import { judge } from '../ingest/judge.ts'
import { receive, type Announced } from '../ingest/receive.ts'
import { scanReasons } from '../ingest/scan-reasons.ts'
import type { Scan } from '../ingest/publisher.ts'
import { HttpProblem } from '../problem.ts'
import type { PublishRecord } from '../store/store.ts'
import type { Caller } from './authorize.ts'
import type { Service } from './service.ts'

/** A publish as its author sees it. */
export function publishStatus({
  account: _,
  namespace: __,
  ...status
}: PublishRecord): PublishStatus {
  return status
}

/**
 * Takes a package in. What is answered with 202 is on disk, and will be judged, also when the server dies now.
 *
 * @returns the publish, and whether these bytes were here before
 * @throws HttpProblem
 */
export async function publish(
  request: Request,
  caller: Caller,
  namespace: string,
  service: Service,
): Promise<{ readonly status: PublishStatus; readonly isNew: boolean }> {
  const { store, publisher, clock } = service
  const announced = readAnnounced(request, service)
  if (publisher.isFull) {
    throw new HttpProblem('busy', 'Too many packages wait to be judged', {
      headers: { 'retry-after': '30' },
    })
  }
  const id = randomUUID()
  const file = publisher.fileOf(id)
  await receive(request.body, announced, file, bodySignal(request, service))
  const before = store.findPublishOf(namespace, announced.sha256)
  if (before !== undefined) {
    await rm(file, { force: true })
    return { status: publishStatus(before), isNew: false }
  }
  const record: PublishRecord = {
    id,
    account: caller.account.name,
    namespace,
    ...announced,
    state: 'received',
    reasons: [],
    warnings: [],
    receivedAt: new Date(clock.now()).toISOString(),
  }
  store.addPublish(record)
  publisher.enqueue(id)
  return { status: publishStatus(record), isNew: true }
}

/** Judges a package as publishing it would, and keeps nothing. */
export async function validate(
  request: Request,
  { account }: Caller,
  namespace: string | undefined,
  service: Service & { readonly scan: Scan; readonly staging: string },
): Promise<ValidateResult> {
  const chosen = namespace ?? account.namespaces[0]
  if (chosen === undefined)
    throw new HttpProblem('forbidden', `Account "${account.name}" has no namespace`)
  const folder = join(service.staging, `validate-${randomUUID()}`)
  const file = `${folder}.package`
  const signal = bodySignal(request, service)
  try {
    await receive(request.body, readAnnounced(request, service), file, signal)
    const keys = service.store.keys(chosen)
    const judgement = await judge(file, { namespace: chosen, keys, destination: folder, signal })
    if (!judgement.ok) return { ok: false, reasons: [...judgement.reasons], warnings: [] }
    const { version, warnings } = judgement.judged
    const report = await service.scan(folder, { signal })
    const ok = report.verdict === 'pass' || report.verdict === 'warn'
    const findings = scanReasons(report)
    return {
      ok,
      plugin: version.id,
      version: version.version,
      reasons: ok ? [] : findings,
      warnings: ok ? [...warnings, ...findings] : [...warnings],
    }
  } finally {
    await rm(file, { force: true })
    await rm(folder, { recursive: true, force: true })
  }
}

function bodySignal(request: Request, { signal }: Service): AbortSignal {
  return AbortSignal.any([request.signal, signal])
}

function readAnnounced(request: Request, { maxPackageBytes }: Service): Announced {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/octet-stream') {
    throw new HttpProblem('unsupported-media', 'A package is sent as application/octet-stream')
  }
  const length = request.headers.get('content-length') ?? ''
  if (!/^\d{1,15}$/.test(length))
    throw new HttpProblem('length-required', 'A package is sent with its Content-Length')
  const bytes = Number(length)
  if (bytes === 0) throw new HttpProblem('bad-request', 'The package is empty')
  if (bytes > maxPackageBytes) {
    throw new HttpProblem(
      'too-large',
      `The package has ${bytes} bytes, and ${maxPackageBytes} is the most`,
    )
  }
  const digest = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(
    request.headers.get('repr-digest') ?? '',
  )?.[1]
  if (digest === undefined) {
    throw new HttpProblem('bad-request', 'A package is sent with its digest', {
      hint: 'Send Repr-Digest: sha-256=:<base64>:',
    })
  }
  return { bytes, sha256: Buffer.from(digest, 'base64').toString('hex') }
}
