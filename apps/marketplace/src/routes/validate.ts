import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ValidateResult } from '@mb/marketplace-protocol'
import { readAnnounced } from '../ingest/announced.ts'
import { judge, judgeTimeoutMs } from '../ingest/judge.ts'
import { receive } from '../ingest/receive.ts'
import { isClean, scanReasons } from '../ingest/scan.ts'
import type { Caller } from './authorize.ts'
import type { Service } from './service.ts'

/** Judges a package as publishing it would, and keeps nothing. */
export async function validate(
  request: Request,
  { account }: Caller,
  namespace: string,
  service: Service,
): Promise<ValidateResult> {
  const announced = readAnnounced(request.headers, service.maxPackageBytes)
  return service.intake.during(account.name, async () => {
    const destination = join(service.staging, randomUUID())
    const file = `${destination}.package`
    const signal = AbortSignal.any([request.signal, service.signal])
    const { sha256 } = announced
    try {
      await receive(request.body, announced, file, signal)
      return await service.queue.run(account.name, () =>
        assess(file, { namespace, sha256, destination, signal, service }),
      )
    } finally {
      await rm(file, { force: true })
      await rm(destination, { recursive: true, force: true })
    }
  })
}

async function assess(
  file: string,
  options: {
    readonly namespace: string
    readonly sha256: string
    readonly destination: string
    readonly signal: AbortSignal
    readonly service: Service
  },
): Promise<ValidateResult> {
  const { destination, service } = options
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(judgeTimeoutMs)])
  signal.throwIfAborted()
  const judgement = await judge(file, { ...options, signal, store: service.store })
  if (!judgement.ok) return { ...judgement, warnings: [] }
  const { version, warnings } = judgement.described
  const report = await service.scan(destination, { signal })
  const findings = scanReasons(report)
  const known = { plugin: version.id, version: version.version }
  return isClean(report)
    ? { ok: true, ...known, reasons: [], warnings: [...warnings, ...findings].slice(0, 200) }
    : { ok: false, ...known, reasons: findings, warnings }
}
